import Farm
import Glibc
import Journal
import PlaybookLanguage
import Planning
import SourceText
import Steps

/// What a person says beside the playbook: inputs, variables, and which steps take part.
struct PlaybookWords: Sendable {
    /// Each `name=value`.
    var inputs: [String] = []
    /// Each `name=value`.
    var variables: [String] = []
    var filter = StepFilter()
    /// Where relative paths of the inputs start.
    var workingDirectory = currentFolder()
}

/// A playbook joined with the inputs and variables of the command line; the first half of `run` and `plan`.
struct LoadedPlaybook {
    let playbook: Playbook
    let words: PlaybookWords
    let inputs: [String: Value]
    let overrides: [String: Value]

    /// Reads and binds; every mistake is reported before anything is done.
    ///
    /// - Parameter sources: Reads included files.
    init(
        _ file: SourceFile, _ words: PlaybookWords, in session: FarmSession,
        sources: @escaping PlaybookReader.Sources = readInclude
    ) throws {
        var diagnostics = Diagnostics()
        overrides = VariableOverrides.read(
            options: words.variables, environment: session.environment, &diagnostics)
        let names = session.inventory.variableNames.union(overrides.keys)
        let reader = PlaybookReader(vocabulary: StepCatalog.standard, externalVariables: names, sources: sources)
        guard let playbook = reader.read(file, &diagnostics) else {
            try diagnostics.stopIfWrong()
            throw CommandFailure("the playbook \(file.name) could not be read")
        }
        self.playbook = playbook
        self.words = words
        let binding = InputBinding(playbook.inputs, workingDirectory: words.workingDirectory)
        inputs = binding.values(from: words.inputs, &diagnostics)
        InputPaths.check(playbook.inputs, inputs, &diagnostics)
        try diagnostics.stopIfWrong()
    }

    /// Chooses the phones and makes the plan.
    func plan(
        in session: FarmSession, farm: FarmOptions, forks: Int?, seed: UInt64, offline: Bool = false
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
        let plan = planner.plan(playbook, shared: shared, for: choice.selections, filter: words.filter, &diagnostics)
        try diagnostics.stopIfWrong()
        guard let plan else { throw CommandFailure("the playbook could not be planned") }
        return plan
    }

    /// Makes the plan of an earlier run anew.
    func plan(for frozen: FrozenTargets, in session: FarmSession, forks: Int?, seed: UInt64) throws -> Plan {
        var diagnostics = Diagnostics()
        let planner = session.planner(forks: forks, seed: seed, inventory: session.inventory)
        let shared = self.shared(with: planner, in: session)
        let plan = planner.plan(playbook, shared: shared, for: frozen, filter: words.filter, &diagnostics)
        try diagnostics.stopIfWrong()
        guard let plan else { throw CommandFailure("the run could not be planned anew") }
        return plan
    }

    private func shared(with planner: Planner, in session: FarmSession) -> SharedScope {
        planner.shared(playbook, inputs: inputs, overrides: overrides, environment: session.environment)
    }
}

/// The folder that this process is in.
func currentFolder() -> String {
    guard let path = getcwd(nil, 0) else { return "/" }
    defer { free(path) }
    return String(cString: path)
}
