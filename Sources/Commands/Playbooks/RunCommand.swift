import ArgumentParser

/// `drover run PLAYBOOK [name=value ...]`: the main job.
struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Run a playbook on the farm.",
        discussion:
            "Exit code 0 all well, 1 some phones failed, 2 wrong input, 4 all failures are lost phones, 130 interrupted."
    )

    @Argument(help: ArgumentHelp("The playbook.", valueName: "playbook"))
    var playbook: String

    @Flag(help: "Show what commands printed before the report, equal outputs once.")
    var showOutput = false

    @OptionGroup(title: "Inputs and variables") var given: InputOptions
    @OptionGroup(title: "Steps") var steps: StepOptions
    @OptionGroup var farm: FarmOptions
    @OptionGroup(title: "Run") var options: RunOptions

    func run() async throws {
        try await FarmSession.with(farm) { session in
            let words = try given.words(steps)
            let loaded = try LoadedPlaybook(try readSource(playbook, as: "playbook"), words, in: session)
            let plan = try await loaded.plan(
                in: session, farm: farm, forks: options.forks, seed: options.seed ?? .random(in: 1...(.max)))
            var pipeline = RunPipeline(session: session, options: options, playbook: playbook)
            pipeline.words = loaded.words
            pipeline.keys = farm.keys
            if showOutput { pipeline.outputs = .beforeReport }
            try await pipeline.execute(plan)
        }
    }
}
