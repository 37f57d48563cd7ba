import Farm
import SourceText

/// Reads one play: whom it is for, how it spreads, and its steps.
struct PlayReader {
    let vocabulary: any StepVocabulary
    let externalVariables: Set<String>
    /// What a mapping is called here: `the playbook`, `the play`.
    let what: String

    /// The play; nil, and every mistake noted, when it cannot be used.
    ///
    /// - Parameter needs: The earlier plays that it needs, by index.
    func read(
        _ node: Node, index: Int, needs: [Int], names: NameTable, _ outliner: inout Outliner,
        _ diagnostics: inout Diagnostics
    ) -> PlayCall? {
        var names = names
        let (kind, selector) = SelectorReader.read(node, names: names, what, &diagnostics)
        names.targetKind = kind ?? .phones
        // The variables of a lone play are the playbook's, and known already.
        let isOneOfMany = what == "the play"
        let variables =
            isOneOfMany ? VariablesReader.read(node["vars"], &names, externalVariables, &diagnostics) : [:]
        let name = isOneOfMany ? heading(node, names, &diagnostics) : nil
        let waves = WavesReader.read(node["waves"], names: names, &diagnostics)
        let maxFail = isOneOfMany || node["plays"] == nil ? limit(node, names, &diagnostics) : nil
        let onStop = onStop(node["on-stop"], &diagnostics)
        let tags = TagsReader.read(node["tags"], &diagnostics)
        names.hasSteps = true
        let preflight = preflight(node, kind, names, &diagnostics)
        let lists = steps(node, kind, names, tags, &outliner, &diagnostics)
        guard let kind, let selector, let lists else { return nil }
        return PlayCall(
            index: index, name: name, id: isOneOfMany ? node["id"]?.text : nil, targetKind: kind, selector: selector,
            needs: needs, variables: variables, waves: waves, maxFail: maxFail, onStop: onStop,
            preflight: preflight?.value, preflightSpan: preflight?.span, steps: lists.steps,
            onFailure: lists.onFailure, tags: tags, span: node.span)
    }

    private func heading(_ node: Node, _ names: NameTable, _ diagnostics: inout Diagnostics) -> Template? {
        var names = names
        names.hasPhone = false
        var arguments = StepArguments(keyword: "a play", at: node.span, node: node, names: names)
        let name = arguments.template("name")
        diagnostics.add(contentsOf: arguments.diagnostics)
        return name
    }

    private func limit(_ node: Node, _ names: NameTable, _ diagnostics: inout Diagnostics) -> MaxFailCall? {
        var names = names
        names.hasPhone = false
        return FailureLimits.maxFail(node["max-fail"], names: names, &diagnostics)
    }

    private func onStop(_ node: Node?, _ diagnostics: inout Diagnostics) -> StopManner {
        guard let node else { return .drain }
        if let manner = node.text.flatMap(StopManner.init) { return manner }
        let words = StopManner.allCases.map(\.rawValue)
        diagnostics.error(
            "wrong-type", "`on-stop` is one of \(words.joined(separator: ", "))", at: node.span,
            help: node.text.flatMap { suggestion(for: $0, among: words) })
        return .drain
    }

    private func preflight(
        _ node: Node, _ kind: TargetKind?, _ names: NameTable, _ diagnostics: inout Diagnostics
    ) -> (value: any Sendable, span: SourceSpan)? {
        guard let entry = node.mapping?.first(where: { $0.name == "preflight" }) else { return nil }
        if let kind, kind != .phones {
            diagnostics.error(
                "wrong-target", "`preflight` looks at phones, this play is for \(kind.rawValue)", at: entry.key.span,
                help: "leave it out")
            return nil
        }
        var arguments = StepArguments(keyword: "preflight", at: entry.key.span, node: entry.value, names: names)
        let value = vocabulary.readPreflight(&arguments)
        diagnostics.add(contentsOf: arguments.finish())
        return value.map { ($0, entry.value.span) }
    }

    private func steps(
        _ node: Node, _ kind: TargetKind?, _ names: NameTable, _ tags: Set<String>, _ outliner: inout Outliner,
        _ diagnostics: inout Diagnostics
    ) -> (steps: [StepEntry], onFailure: [StepEntry])? {
        let nodes = list(node, &diagnostics)
        var failureNodes: [Node] = []
        if let entry = node.mapping?.first(where: { $0.name == "on-failure" }) {
            failureNodes = StepList.nodes(entry.value, "on-failure", at: entry.key.span, &diagnostics) ?? []
        }
        outliner.beginPlay()
        let place = Outliner.Place(chain: [node.span.file])
        let outlines = outliner.outlines(of: nodes ?? [], in: place)
        let failureOutlines = outliner.outlines(of: failureNodes, in: place)
        var reader = StepReader(
            vocabulary: vocabulary, targetKind: kind ?? .phones, externalVariables: externalVariables)
        var surroundings = StepReader.Surroundings(names: names, tags: tags)
        surroundings.names.steps = outliner.ids
        // A variable that some step sets may change its type on the way.
        for name in outliner.assigned where names.variables[name] != nil { surroundings.names.declare(variable: name) }
        let steps = reader.entries(outlines, in: surroundings)
        surroundings.isTop = false
        surroundings.names.hasFailure = true
        let onFailure = reader.entries(failureOutlines, from: outlines.count, in: surroundings)
        diagnostics.add(contentsOf: reader.diagnostics)
        return nodes == nil ? nil : (steps, onFailure)
    }

    private func list(_ node: Node, _ diagnostics: inout Diagnostics) -> [Node]? {
        // A misspelt `steps` was told already; what stands below it is read all the same.
        let keys = what == "the play" ? PlaybookKeys.play : PlaybookKeys.onePlay
        guard let steps = PlaybookKeys.value(of: "steps", in: node, keys) else {
            diagnostics.error(
                "missing-key", "\(what) has no steps", at: node.span.start(), help: "add `steps:` with a list below")
            return nil
        }
        return StepList.nodes(steps, "steps", at: steps.span, &diagnostics)
    }
}
