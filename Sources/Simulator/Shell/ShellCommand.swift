/// A program of the phone.
enum ShellCommand: Sendable {
    /// Does its work at once and gives its exit status.
    case quick(@Sendable (ShellCall) -> Int32)
    /// Goes on later; must call the continuation once, unless the process is stopped before.
    case slow(@Sendable (ShellCall, @escaping (Int32) -> Void) -> Void)

    /// Every program by its name.
    static let all: [String: ShellCommand] = {
        let groups =
            [ShellBuiltins.commands] + toyboxGroups + [
                ZstdCommand.commands, SystemCommands.commands, PackageCommands.commands, ActivityCommands.commands,
                LogCommands.commands, AppControlCommand.commands, ProcessCommands.commands,
            ]
        return groups.reduce(into: [:]) { $0.merge($1) { $1 } }
    }()
}

extension ShellCommand {
    /// The programs that are toybox', sorted.
    static let toybox = toyboxGroups.flatMap(\.keys).sorted()

    private static let toyboxGroups = [
        FileCommands.commands, ListingCommands.commands, TextCommands.commands, GrepCommand.commands,
        CutCommand.commands, HashCommands.commands, PartCommands.commands, DiskDump.commands, TarCommand.commands,
        FindCommand.commands, XargsCommand.commands,
    ]
}

/// One call of a program: its words, its streams, and the phone it runs on.
struct ShellCall {
    let name: String
    let arguments: [String]
    let streams: ShellStreams
    let process: ShellProcess

    var device: SimulatedDevice { process.device }

    func print(_ text: String) { streams.output.write(text + "\n") }

    /// Says what is wrong, as `NAME: TEXT`, and gives the status for it.
    @discardableResult
    func complain(_ text: String, status: Int32 = 1) -> Int32 {
        streams.errors.write("\(name): \(text)\n")
        return status
    }

    func absolute(_ path: String) -> String { process.absolute(path) }

    /// The single letters of all words that begin with `-`, and the other words; `--` ends the flags.
    var flags: (letters: Set<Character>, operands: [String]) {
        var letters: Set<Character> = []
        var operands: [String] = []
        var rest = arguments[...]
        while let word = rest.popFirst() {
            if word == "--" { return (letters, operands + rest) }
            if word.hasPrefix("-"), word.count > 1 {
                letters.formUnion(word.dropFirst())
            } else {
                operands.append(word)
            }
        }
        return (letters, operands)
    }

    /// The same program with other words.
    func with(_ name: String, _ arguments: [String]) -> ShellCall {
        ShellCall(name: name, arguments: arguments, streams: streams, process: process)
    }
}
