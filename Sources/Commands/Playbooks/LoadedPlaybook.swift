import Farm
import Glibc
import PlaybookLanguage
import Planning
import SourceText
import Steps

/// A playbook joined with the inputs and variables of the command line; the first half of `run` and `plan`.
struct LoadedPlaybook {
    let playbook: Playbook
    let inputs: [String: Value]
    let overrides: [String: Value]

    /// Reads and binds; every mistake is reported before anything is done.
    init(
        _ path: String, inputs words: [String], variables: [String], in session: FarmSession
    ) throws {
        let file = try readSource(path, as: "playbook")
        var diagnostics = Diagnostics()
        overrides = VariableOverrides.read(options: variables, environment: session.environment, &diagnostics)
        let names = session.inventory.variableNames.union(overrides.keys)
        let reader = PlaybookReader(
            vocabulary: StepCatalog.standard, externalVariables: names, sources: readInclude)
        guard let playbook = reader.read(file, &diagnostics) else {
            try diagnostics.stopIfWrong()
            throw CommandFailure("the playbook \(path) could not be read")
        }
        self.playbook = playbook
        let binding = InputBinding(playbook.inputs, workingDirectory: Self.workingDirectory)
        inputs = binding.values(from: words, &diagnostics)
        InputPaths.check(playbook.inputs, inputs, &diagnostics)
        try diagnostics.stopIfWrong()
    }

    private static var workingDirectory: String {
        guard let path = getcwd(nil, 0) else { return "/" }
        defer { free(path) }
        return String(cString: path)
    }

    /// Chooses the phones and makes the plan.
    func plan(
        in session: FarmSession, farm: FarmOptions, forks: Int?, seed: UInt64, filter: StepFilter = StepFilter(),
        offline: Bool = false
    ) async throws -> Plan {
        var diagnostics = Diagnostics()
        let choice = try await session.choose(seed: seed, offline: offline, &diagnostics) {
            planner, isEarly, diagnostics in
            let shared = self.shared(with: planner, in: session)
            return planner.selectors(
                of: playbook, shared: shared, limit: farm.limit, beforeDiscovery: isEarly, &diagnostics)
        }
        let planner = session.planner(forks: forks, seed: seed, inventory: choice.inventory)
        let shared = self.shared(with: planner, in: session)
        let plan = planner.plan(playbook, shared: shared, for: choice.selections, filter: filter, &diagnostics)
        try diagnostics.stopIfWrong()
        guard let plan else { throw CommandFailure("the playbook could not be planned") }
        return plan
    }

    private func shared(with planner: Planner, in session: FarmSession) -> SharedScope {
        planner.shared(playbook, inputs: inputs, overrides: overrides, environment: session.environment)
    }
}
