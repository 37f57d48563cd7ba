import ArgumentParser
import Planning
import Steps

/// `drover pull SELECTOR FROM`: a file or folder of many phones into the run's folder.
struct PullCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pull",
        abstract: "Pull a file or a folder from many phones into the run's folder.",
        discussion: "It arrives under runs/<id>/pulled/<phone>/; names that a phone could abuse are refused."
    )

    @Argument(help: ArgumentHelp("Which phones: all, a name, a label, an expression.", valueName: "selector"))
    var selector: String

    @Argument(help: ArgumentHelp("The file or folder on the phone: an absolute path.", valueName: "from"))
    var source: String

    @Argument(help: ArgumentHelp("The name under each phone's folder; that of FROM when not given.", valueName: "name"))
    var name: String?

    @Option(help: ArgumentHelp("One archive for each phone: tar, tar.zst, tar.gz, tar.lz4 or zip.", valueName: "kind"))
    var pack: String?

    @Option(help: ArgumentHelp("Pull only what this pattern means; can be repeated.", valueName: "pattern"))
    var include: [String] = []

    @Option(help: ArgumentHelp("Leave out what this pattern means; can be repeated.", valueName: "pattern"))
    var exclude: [String] = []

    @OptionGroup var farm: FarmOptions
    @OptionGroup var time: TimeOptions
    @OptionGroup(title: "Run") var options: RunOptions

    func validate() throws {
        guard let pack, !OneStep.packings.contains(pack) else { return }
        throw ValidationError("--pack takes \(OneStep.packings.joined(separator: ", ")), and \(pack) is none of them.")
    }

    func run() async throws {
        let path = try remotePath(source)
        let step = SingleStep(
            OneStep.pull(path, to: name, packing: pack, include: include, exclude: exclude),
            timeout: time.timeout?.value, stall: time.stall?.value, retries: time.retries)
        try await OneStepRun(selector: selector, step: step).run(farm: farm, options: options)
    }
}
