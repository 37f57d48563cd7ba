import ArgumentParser
import SourceText

/// A word that stands where a command is due and is none.
struct MisspeltCommand {
    /// More letters than that are not repeated.
    private static let longest = 64

    /// The word as it was typed.
    let word: String
    /// The commands before it, such as `drover quarantine`.
    let parents: String
    /// The command that was probably meant.
    let meant: String?

    /// Finds it in a command line; nil when every word that must be a command is one.
    ///
    /// - Parameters:
    ///   - arguments: The words behind the program's name.
    ///   - root: The command that they are given to.
    init?(in arguments: [String], of root: any ParsableCommand.Type = DroverCommand.self) {
        var command = root
        var parents = root.configuration.commandName ?? "drover"
        // `help` is followed by the same words.
        for word in arguments.first == "help" ? arguments.dropFirst() : arguments[...] {
            let commands = command.configuration.subcommands
            // Options come after the command that they belong to; what follows them may be anything.
            guard !commands.isEmpty, !word.hasPrefix("-") else { return nil }
            let names = commands.compactMap { $0.configuration.commandName }
            if let next = commands.first(where: { $0.configuration.commandName == word }) {
                command = next
                parents += " \(word)"
                continue
            }
            let isFile = word.hasSuffix(".yml") || word.hasSuffix(".yaml")
            let meant = isFile ? "run \(word)" : closestMatch(to: word, among: names + ["help"])
            // Where a command is left out its default takes the words, and then only a near miss is one.
            guard meant != nil || command.configuration.defaultSubcommand == nil else { return nil }
            self.word = word
            self.parents = parents
            self.meant = meant
            return
        }
        return nil
    }

    /// What to tell whoever typed it.
    var failure: CommandFailure { CommandFailure(text) }

    private var text: String {
        terminalSafe("`\(parents)` has no command `\(word.prefix(Self.longest))`")
            + (meant.map { "; did you mean `\(parents) \(terminalSafe($0))`?" } ?? "; `\(parents) --help` lists them")
    }
}
