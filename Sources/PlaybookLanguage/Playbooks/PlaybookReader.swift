import Farm
public import SourceText

/// Reads a playbook; every mistake of the file is noted before the answer is given.
public struct PlaybookReader: Sendable {
    /// Finds the text of an included file.
    ///
    /// Given the file's path, which is complete or relative to where the playbook's own name starts, and the file that
    /// includes it. Throws ``IncludeError`` with the reason when there is none.
    public typealias Sources = @Sendable (_ path: String, _ including: SourceFile) throws -> SourceFile

    private let vocabulary: any StepVocabulary
    private let externalVariables: Set<String>
    private let externalSecrets: Set<String>
    private let sources: Sources

    /// More plays are refused.
    static let maximumPlays = 200

    /// Knows the step kinds, the variables that come from outside the playbook, and where included files are.
    ///
    /// - Parameters:
    ///   - externalVariables: Names set in the farm file, on phones and groups, by `--var` or the environment.
    ///   - externalSecrets: Names of the farm file's secrets, and of those that the environment holds.
    ///   - sources: Where the texts of included files come from; without it they are refused.
    public init(
        vocabulary: any StepVocabulary, externalVariables: Set<String> = [], externalSecrets: Set<String> = [],
        sources: @escaping Sources = { _, _ in throw IncludeError("no other file can be read here") }
    ) {
        self.vocabulary = vocabulary
        self.externalVariables = externalVariables
        self.externalSecrets = externalSecrets
        self.sources = sources
    }

    /// The playbook, or nil when the file has errors; warnings alone do not stop it.
    public func read(_ file: SourceFile, _ diagnostics: inout Diagnostics) -> Playbook? {
        document(file, &diagnostics)?.playbook
    }

    /// The same, with advice: warnings for what is sound and probably not meant.
    public func check(_ file: SourceFile, _ diagnostics: inout Diagnostics) -> Playbook? {
        guard let (playbook, nodes) = document(file, &diagnostics) else { return nil }
        UnusedNames.look(through: nodes, &diagnostics)
        PhoneTexts.look(through: nodes, &diagnostics)
        StepAdvice.look(at: playbook.plays, vocabulary, &diagnostics)
        return playbook
    }

    /// The playbook with the outermost nodes of its own file and of those that it includes.
    private func document(
        _ file: SourceFile, _ diagnostics: inout Diagnostics
    ) -> (playbook: Playbook, nodes: [Node])? {
        var found = Diagnostics()
        defer { diagnostics.add(contentsOf: found) }
        guard let root = Document.read(file, &found)?.root else { return nil }
        guard root.mapping != nil else {
            found.error(
                "wrong-type", "a playbook is a mapping with `phones` and `steps`, this is \(root.phrase)",
                at: root.span,
                help: root.sequence == nil ? nil : "put the list under `steps:`")
            return nil
        }
        return playbook(root, file, &found)
    }

    private func playbook(
        _ root: Node, _ file: SourceFile, _ diagnostics: inout Diagnostics
    ) -> (playbook: Playbook, nodes: [Node])? {
        let hasPlays =
            root["plays"] != nil
            || root["steps"] == nil && PlaybookKeys.isMisspelt("plays", in: root, PlaybookKeys.manyPlays)
        PlaybookKeys.check(
            root, hasPlays ? PlaybookKeys.manyPlays : PlaybookKeys.onePlay,
            hasPlays ? "a playbook with `plays`" : "a playbook", &diagnostics)
        var names = NameTable()
        names.hasSteps = false
        let inputs = InputsReader.read(root["inputs"], &diagnostics)
        for input in inputs { names.inputs[input.name] = input.type.valueType }
        let secrets = SecretsReader.read(root["secrets"], &diagnostics)
        names.secrets = externalSecrets.union(secrets.map(\.name))
        for name in externalVariables { names.variables[name] = .any }
        // The variables of a lone play are the playbook's.
        if !hasPlays, root["encoders"] != nil { names.targetKind = .encoders }
        names.payloads = PayloadsReader.names(root["payloads"])
        let variables = VariablesReader.read(root["vars"], &names, externalVariables, &diagnostics)
        let payloads = PayloadsReader.read(root["payloads"], variables: root["vars"], &names, &diagnostics)
        var ofRun = names
        ofRun.hasPhone = false
        let deadline = root["deadline"].flatMap {
            Argument(reading: $0, named: "deadline", .deadline, names: ofRun, &diagnostics)
        }
        let tolerate = FailureLimits.tolerate(root["tolerate"], names: ofRun, &diagnostics)
        let maxFail = hasPlays ? FailureLimits.maxFail(root["max-fail"], names: ofRun, &diagnostics) : nil
        var outliner = Outliner(vocabulary: vocabulary, includes: IncludedFiles(sources))
        let plays = plays(root, hasPlays, names, &outliner, &diagnostics)
        diagnostics.add(contentsOf: outliner.diagnostics)
        let name = root["name"].flatMap { node -> String? in
            Argument(reading: node, named: "name", .text, names: NameTable(), &diagnostics)?.literal
        }
        guard !diagnostics.hasErrors else { return nil }
        let nodes = [root] + outliner.includes.documents
        var used = NamesInUse()
        for node in nodes { used.add(node) }
        let playbook = Playbook(
            file: file, includes: outliner.includes.files, name: name ?? file.name, inputs: inputs,
            variables: variables, secrets: secrets, payloads: payloads, deadline: deadline, maxFail: maxFail,
            tolerate: tolerate,
            plays: plays,
            phoneFields: used.phoneFields, secretsInUse: used.secrets, payloadsInUse: used.payloads)
        return (playbook, nodes)
    }

    private func plays(
        _ root: Node, _ hasPlays: Bool, _ names: NameTable, _ outliner: inout Outliner,
        _ diagnostics: inout Diagnostics
    ) -> [PlayCall] {
        guard hasPlays else {
            let reader = PlayReader(
                vocabulary: vocabulary, externalVariables: externalVariables, what: "the playbook")
            let play = reader.read(root, index: 0, needs: [], names: names, &outliner, &diagnostics)
            return play.map { [$0] } ?? []
        }
        // A misspelt `plays` was told already; what stands below it is read all the same.
        guard let node = PlaybookKeys.value(of: "plays", in: root, PlaybookKeys.manyPlays) else { return [] }
        guard let nodes = node.sequence, !nodes.isEmpty else {
            let isEmpty = node.isNull || node.sequence != nil
            diagnostics.error(
                isEmpty ? "empty" : "wrong-type",
                isEmpty ? "`plays` is empty" : "`plays` is a list, this is \(node.phrase)", at: node.span,
                help: "begin every play with `- phones: SELECTOR`")
            return []
        }
        guard nodes.count <= Self.maximumPlays else {
            diagnostics.error(
                "too-many-plays", "a playbook has at most \(Self.maximumPlays) plays", at: nodes[Self.maximumPlays].span
            )
            return []
        }
        let needs = NeedsReader(nodes, &diagnostics)
        let reader = PlayReader(vocabulary: vocabulary, externalVariables: externalVariables, what: "the play")
        return nodes.enumerated().compactMap { index, node in
            guard node.mapping != nil else {
                diagnostics.error(
                    "wrong-type", "a play is a mapping with `phones` and `steps`, this is \(node.phrase)", at: node.span
                )
                return nil
            }
            PlaybookKeys.check(node, PlaybookKeys.play, "a play", &diagnostics)
            let needed = needs.needs(of: index, &diagnostics)
            return reader.read(node, index: index, needs: needed, names: names, &outliner, &diagnostics)
        }
    }
}
