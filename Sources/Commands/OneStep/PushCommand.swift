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
            with the same size and time are left alone. With --delete the folder holds what FROM holds and nothing else: \
            only a folder that such a push has made, or that --owns names, and never one near the root of a storage.
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

    @Flag(help: "Remove what is in the folder on the phone and not in FROM; of class data-loss.")
    var delete = false

    @Flag(help: "Let --delete remove things in a folder that was there before; it is marked, and known from then on.")
    var owns = false

    @OptionGroup var farm: FarmOptions
    @OptionGroup var time: TimeOptions
    @OptionGroup(title: "Run") var options: RunOptions

    func validate() throws {
        guard owns, !delete else { return }
        throw ValidationError("--owns says nothing without --delete")
    }

    func run() async throws {
        let path = try remotePath(destination)
        if delete, let why = OneStep.deletionRefusal(in: path) {
            throw CommandFailure(
                "nothing is removed there: \(why); deliver to a folder that holds nothing else, such as "
                    + "/sdcard/Android/data/com.studio.game/files/assets/, or leave --delete out")
        }
        let kind = OneStep.push(source, to: path, force: force, delete: delete, owns: owns)
        let step = SingleStep(
            kind, timeout: time.timeout?.value, stall: time.stall?.value, retries: time.retries)
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
