import Planning
import PlaybookLanguage
import SourceText

/// What the one-step commands have in common: a selector, one step, and the same journal and report as a playbook.
struct OneStepRun {
    let selector: String
    let step: SingleStep
    /// Whether the blast-radius guard counts it however harmless its class is.
    var isGuarded = false
    var foldsOutput = false

    func run(farm: FarmOptions, options: RunOptions) async throws {
        try await FarmSession.with(farm) { session in
            // Nothing asks for them here, and a phone may print them all the same.
            SecretLookup(environment: session.environment, ofPlaybook: [], ofFarm: session.secrets)
                .learnOthers(than: [])
            var diagnostics = Diagnostics()
            let seed = options.seed ?? .random(in: 1...(.max))
            let chosen = try await session.choose(seed: seed, &diagnostics) { planner, isEarly, diagnostics in
                planner.selector(selector, limit: farm.limit, beforeDiscovery: isEarly, &diagnostics)
            }
            let planner = session.planner(forks: options.forks, seed: seed, inventory: chosen.inventory)
            let plan = planner.plan(step, for: chosen.selections, environment: session.environment, &diagnostics)
            try diagnostics.stopIfWrong()
            guard let plan else { return }
            var pipeline = RunPipeline(session: session, options: options)
            pipeline.isOneOff = isGuarded
            if foldsOutput { pipeline.outputs = .asResult }
            try await pipeline.execute(plan)
        }
    }
}
