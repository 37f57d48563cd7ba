import SourceText

extension StepReader {
    /// A block with its three lists.
    mutating func block(
        _ place: Place, _ body: [StepOutline], _ rescue: [StepOutline], _ always: [StepOutline],
        _ surroundings: Surroundings
    ) -> BlockCall? {
        let node = place.node
        guard isList(place.kind.value, "block", place.kind.key.span) else { return nil }
        for key in ["rescue", "always"] {
            if let entry = node.mapping?.first(where: { $0.name == key }) {
                _ = isList(entry.value, key, entry.key.span)
            }
        }
        let inside = inside(place, surroundings)
        let steps = entries(body, in: inside)
        var afterFailure = inside
        afterFailure.names.hasFailure = true
        let rescueSteps = entries(rescue, from: body.count, in: afterFailure)
        let last = entries(always, from: body.count + rescue.count, in: inside)
        return call(place, inputs: nil, include: nil, place.variables, steps, rescueSteps, last)
    }

    /// What an included file brings in: a block with inputs of its own.
    mutating func include(
        _ place: Place, _ root: Node?, _ outlines: [StepOutline], _ surroundings: Surroundings
    ) -> BlockCall? {
        let node = place.kind.value
        var with: Node?
        var file: Node? = node
        if node.mapping != nil {
            var arguments = StepArguments(
                keyword: "include", at: place.kind.key.span, node: node, names: place.names)
            file = arguments.has("file") ? node["file"] : nil
            with = arguments.has("with") ? node["with"] : nil
            diagnostics.add(contentsOf: arguments.finish())
        }
        guard let file else {
            diagnostics.error(
                "missing-key", "`include` needs `file`", at: place.kind.key.span, help: "add `file: ...`")
            return nil
        }
        guard let path = file.text, !file.isNull, !path.isEmpty, !path.contains("${{") else {
            diagnostics.error(
                "wrong-type", "`include` names a file in plain text, this is \(phrase(file))", at: file.span,
                help: "which steps there are is known before any phone is asked; `when` can choose among them")
            return nil
        }
        guard let root else { return nil }
        let declarations = InputsReader.read(root["inputs"], &diagnostics)
        let inputs = IncludeInputs(declarations).bind(
            with, for: file.span, names: place.names, &diagnostics)
        var inside = inside(place, surroundings)
        inside.names.inputs = Dictionary(declarations.map { ($0.name, $0.type.valueType) }) { first, _ in first }
        let own = VariablesReader.read(root["vars"], &inside.names, externalVariables, &diagnostics)
        guard let steps = root["steps"] else {
            if !PlaybookKeys.isMisspelt("steps", in: root, PlaybookKeys.included) {
                diagnostics.error(
                    "missing-key", "the included file has no steps", at: root.span.start(),
                    help: "add `steps:` with a list below")
            }
            return nil
        }
        guard isList(steps, "steps", steps.span) else { return nil }
        let entries = entries(outlines, in: inside)
        // What stands beside `include` is stronger than the file's own.
        let variables = own.merging(place.variables) { $1 }
        return call(place, inputs: inputs, include: path, variables, entries, [], [])
    }

    private func inside(_ place: Place, _ surroundings: Surroundings) -> Surroundings {
        Surroundings(
            names: place.names, tags: place.common.tags, isTop: false, assignedCount: surroundings.assignedCount)
    }

    private func call(
        _ place: Place, inputs: [String: Argument<Value>]?, include: String?, _ variables: [String: Argument<Value>],
        _ steps: [StepEntry], _ rescue: [StepEntry], _ always: [StepEntry]
    ) -> BlockCall {
        let common = place.common
        return BlockCall(
            position: place.position, name: common.name, when: common.when, loop: common.loop,
            throttle: common.throttle, tags: common.tags, continueOnError: common.continueOnError,
            variables: variables, inputs: inputs, include: include, steps: steps, rescue: rescue, always: always,
            span: place.node.span, keywordSpan: place.kind.key.span)
    }

    private func phrase(_ node: Node) -> String {
        node.text?.contains("${{") == true ? "an expression" : node.phrase
    }

    /// Whether a key holds a list with something in it; otherwise it is noted.
    private mutating func isList(_ node: Node, _ key: String, _ span: SourceSpan) -> Bool {
        StepList.nodes(node, key, at: span, &diagnostics) != nil
    }
}

/// A list of steps as it stands in a file.
enum StepList {
    /// The members; nil, and a mistake noted, when there is no list or nothing in it.
    static func nodes(
        _ node: Node, _ key: String, at span: SourceSpan, _ diagnostics: inout Diagnostics
    ) -> [Node]? {
        if let nodes = node.sequence, !nodes.isEmpty { return nodes }
        let isEmpty = node.isNull || node.sequence != nil
        diagnostics.error(
            isEmpty ? "empty" : "wrong-type",
            isEmpty ? "`\(key)` is empty" : "`\(key)` is a list, this is \(node.phrase)",
            at: node.isNull && key != "steps" ? span : node.span, help: "write one line `- KIND: ...` for every step")
        return nil
    }
}

extension SourceSpan {
    /// The place where it starts, with nothing in it.
    func start() -> SourceSpan { SourceSpan(file: file, range: range.lowerBound..<range.lowerBound) }
}
