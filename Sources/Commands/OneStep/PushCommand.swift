import ArgumentParser
import Farm
import Planning
import Steps

/// `drover push SELECTOR FROM TO`: a file, or a folder's contents, to many phones.
struct PushCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "push",
        abstract: "Push a file, or the contents of a folder, to many phones.",
        discussion: """
            A file goes to TO, or into it when TO ends in /. The contents of a folder go into TO. Files that are there \
            with the same size and time are left alone.
            """
    )

    @Argument(help: ArgumentHelp("Which phones: all, a name, a label, an expression.", valueName: "selector"))
    var selector: String

    @Argument(help: ArgumentHelp("A local file or folder.", valueName: "from"))
    var source: String

    @Argument(help: ArgumentHelp("Where it goes on the phone: an absolute path.", valueName: "to"))
    var destination: String

    @Flag(help: "Push even what is there already.")
    var force = false

    @OptionGroup var farm: FarmOptions
    @OptionGroup var time: TimeOptions
    @OptionGroup(title: "Run") var options: RunOptions

    func run() async throws {
        let path = try remotePath(destination)
        let step = SingleStep(
            OneStep.push(source, to: path, force: force), timeout: time.timeout?.value, stall: time.stall?.value,
            retries: time.retries)
        try await OneStepRun(selector: selector, step: step).run(farm: farm, options: options)
    }
}

/// Reads a path on phones, as typed.
func remotePath(_ text: String) throws(CommandFailure) -> RemotePath {
    do {
        return try RemotePath(validating: text)
    } catch {
        throw CommandFailure("`\(text)` is no path on a phone: \(error.reason)")
    }
}
