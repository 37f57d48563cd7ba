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

    @Argument(help: ArgumentHelp("Inputs of the playbook: build=game.apk.", valueName: "name=value"))
    var inputs: [String] = []

    @Option(
        name: .customLong("var"),
        help: ArgumentHelp("Set a variable, stronger than the playbook's (repeatable).", valueName: "name=value"))
    var variables: [String] = []

    @OptionGroup(title: "Steps") var steps: StepOptions
    @OptionGroup var farm: FarmOptions
    @OptionGroup(title: "Run") var options: RunOptions

    func run() async throws {
        try await FarmSession.with(farm) { session in
            let words = PlaybookWords(inputs: inputs, variables: variables, filter: steps.filter)
            let loaded = try LoadedPlaybook(try readSource(playbook, as: "playbook"), words, in: session)
            let plan = try await loaded.plan(
                in: session, farm: farm, forks: options.forks, seed: options.seed ?? .random(in: 1...(.max)))
            var pipeline = RunPipeline(session: session, options: options, playbook: playbook)
            pipeline.words = words
            pipeline.keys = farm.keys
            try await pipeline.execute(plan)
        }
    }
}
