import ArgumentParser
import Farm
import Journal
import Planning
import PlaybookLanguage

/// `drover rerun RUN`: the same playbook with the same inputs once more, from the top, as a run of its own.
struct RerunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rerun",
        abstract: "Run a run's playbook again from the top, for all of its phones or for those left behind.",
        discussion: "The files are taken as they are now. To go on where phones stopped, use `drover resume`."
    )

    @ArgumentParser.Argument(help: ArgumentHelp("The run; the latest of a playbook when left out.", valueName: "run"))
    var run: String?

    @Flag(help: "Only the phones that failed, were lost, timed out, were cancelled or not started.")
    var failed = false

    @Flag(help: "Show what commands printed before the report, equal outputs once.")
    var showOutput = false

    @OptionGroup(title: "Run") var options: RunOptions

    func run() async throws {
        let earlier = try EarlierRun.find(run, in: options.runs)
        let choice = earlier.choice
        let phones = earlier.contents.record.phones.filter { !failed || $0.takesPartAgain }.map(\.target.name)
        guard !phones.isEmpty else {
            Terminal.output.line(
                "\(earlier.folder.id): every phone has come to a good end; there is nobody to run it for")
            return
        }
        var farm = try FarmOptions.parse([])
        farm.keys = choice.keys
        farm.farm = joinedPath(choice.farmName, below: choice.words.workingDirectory)
        farm.limit = phones.joined(separator: ", ")
        let arguments = farm
        try await FarmSession.with(arguments) { session in
            let file = try readSource(
                joinedPath(choice.playbookName, below: choice.words.workingDirectory), as: "playbook")
            let loaded = try LoadedPlaybook(file, choice.words, in: session)
            let plan = try await loaded.plan(
                in: session, farm: arguments, forks: options.forks ?? choice.forks,
                seed: options.seed ?? .random(in: 1...(.max)))
            var pipeline = RunPipeline(session: session, options: options, playbook: choice.playbookName)
            pipeline.words = loaded.words
            pipeline.keys = choice.keys
            if showOutput { pipeline.outputs = .beforeReport }
            try await pipeline.execute(plan)
        }
    }
}
