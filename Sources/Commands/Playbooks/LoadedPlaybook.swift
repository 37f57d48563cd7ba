import CloudSteps
import Farm
import Glibc
import Journal
import PlaybookLanguage
import Planning
import Secrets
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
    /// The texts of `--inputs` and `--vars`.
    var inputFiles: [SourceFile] = []
    var variableFiles: [SourceFile] = []
    /// The contents of files that inputs were read from, by path, once they have been.
    var contents: [String: String] = [:]
    /// The variables of the environment that a run began with; those of today when nil.
    var environment: [String: String]?
    /// Whether a person may be asked for what is missing.
    var mayAsk = true
}

/// A playbook joined with the inputs and variables of the command line; the first half of `run` and `plan`.
struct LoadedPlaybook {
    let playbook: Playbook
    /// What was said, with what was read and answered since.
    let words: PlaybookWords
    let inputs: [String: Value]
    let overrides: [String: Value]
    let secrets: [String: Secret]

    /// Reads and binds; every mistake is reported before anything is done.
    ///
    /// - Parameter sources: Reads included files.
    init(
        _ file: SourceFile, _ words: PlaybookWords, in session: FarmSession,
        sources: @escaping PlaybookReader.Sources = readInclude
    ) throws {
        var diagnostics = Diagnostics()
        let environment = words.environment ?? session.environment.filter { $0.key.hasPrefix(VariableOverrides.prefix) }
        overrides = VariableOverrides.read(
            options: words.variables, files: words.variableFiles, environment: environment, &diagnostics)
        let names = session.inventory.variableNames.union(overrides.keys)
        let reader = PlaybookReader(
            vocabulary: StepCatalog.whole, externalVariables: names,
            externalSecrets: ProcessSecrets.names(in: session.environment).union(session.secrets.map(\.name)),
            sources: sources)
        guard let playbook = reader.read(file, &diagnostics) else {
            try diagnostics.stopIfWrong()
            throw CommandFailure("the playbook \(file.name) could not be read")
        }
        self.playbook = playbook
        let lookup = SecretLookup(
            environment: session.environment, ofPlaybook: playbook.secrets, ofFarm: session.secrets)
        secrets = lookup.secrets(named: playbook.secretsInUse, &diagnostics)
        lookup.learnOthers(than: playbook.secretsInUse)
        let desk = InputDesk(words, environment: session.environment)
        inputs = desk.values(of: playbook.inputs, &diagnostics)
        var said = desk.words
        said.environment = environment
        self.words = said
        InputPaths.check(playbook.inputs, inputs, &diagnostics)
        for case .secret(let secret) in inputs.values { ProcessSecrets.vault.add(secret) }
        let files = [playbook.file] + playbook.includes + [session.farmFile]
        SecretLookup.look(through: files + words.inputFiles + words.variableFiles, &diagnostics)
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
        try await fetch(planner.payloads(of: playbook, shared: shared), in: session)
        let plan = planner.plan(playbook, shared: shared, for: choice.selections, filter: words.filter, &diagnostics)
        try diagnostics.stopIfWrong()
        guard let plan else { throw CommandFailure("the playbook could not be planned") }
        return plan
    }

    /// Makes the plan of an earlier run anew.
    func plan(for frozen: FrozenTargets, in session: FarmSession, forks: Int?, seed: UInt64) async throws -> Plan {
        var diagnostics = Diagnostics()
        let planner = session.planner(forks: forks, seed: seed, inventory: session.inventory)
        let shared = self.shared(with: planner, in: session)
        try await fetch(planner.payloads(of: playbook, shared: shared), in: session)
        let plan = planner.plan(playbook, shared: shared, for: frozen, filter: words.filter, &diagnostics)
        try diagnostics.stopIfWrong()
        guard let plan else { throw CommandFailure("the run could not be planned anew") }
        return plan
    }

    /// Fetches what comes from addresses, when all that lies on this machine is there.
    private func fetch(_ definitions: [PayloadDefinition], in session: FarmSession) async throws {
        guard definitions.contains(where: \.isFetched) else { return }
        var diagnostics = Diagnostics()
        PayloadPaths.require(definitions, of: playbook, &diagnostics)
        try diagnostics.stopIfWrong()
        try await session.fetch(definitions)
    }

    private func shared(with planner: Planner, in session: FarmSession) -> SharedScope {
        planner.shared(
            playbook, inputs: inputs, overrides: overrides, environment: session.environment, secrets: secrets,
            vault: ProcessSecrets.vault)
    }
}

/// The folder that this process is in.
func currentFolder() -> String {
    guard let path = getcwd(nil, 0) else { return "/" }
    defer { free(path) }
    return String(cString: path)
}
