import Farm
public import SourceText

/// Reads a playbook; every mistake of the file is noted before the answer is given.
public struct PlaybookReader: Sendable {
    private let vocabulary: any StepVocabulary
    private let externalVariables: Set<String>

    /// Knows the step kinds, and the variables that come from outside the playbook.
    ///
    /// - Parameter externalVariables: Names set in the farm file, on phones and groups, by `--var` or the environment.
    public init(vocabulary: any StepVocabulary, externalVariables: Set<String> = []) {
        self.vocabulary = vocabulary
        self.externalVariables = externalVariables
    }

    /// The playbook, or nil when the file has errors; warnings alone do not stop it.
    public func read(_ file: SourceFile, _ diagnostics: inout Diagnostics) -> Playbook? {
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
        let playbook = playbook(root, file, &found)
        return found.hasErrors ? nil : playbook
    }

    private func playbook(_ root: Node, _ file: SourceFile, _ diagnostics: inout Diagnostics) -> Playbook? {
        PlaybookKeys.check(root, &diagnostics)
        var names = NameTable()
        names.hasSteps = false
        let inputs = InputsReader.read(root["inputs"], &diagnostics)
        for input in inputs { names.inputs[input.name] = input.type.valueType }
        for name in externalVariables { names.variables[name] = .any }
        let variables = VariablesReader.read(root["vars"], &names, externalVariables, &diagnostics)
        let phones = phones(root, file, names, &diagnostics)
        names.hasSteps = true
        let steps = steps(root, file, names, &diagnostics)
        let name = root["name"].flatMap { node -> String? in
            Argument(reading: node, named: "name", .text, names: NameTable(), &diagnostics)?.literal
        }
        guard let phones, !diagnostics.hasErrors else { return nil }
        var used = NamesInUse()
        used.add(root)
        let play = PlayCall(
            index: 0, name: nil, id: nil, targetKind: .phones, selector: phones, needs: [], variables: [:], waves: nil,
            maxFail: nil, onStop: .drain, preflight: nil, preflightSpan: nil, steps: steps.map { .step($0) },
            onFailure: [], tags: [], span: root.span)
        return Playbook(
            file: file, name: name ?? file.name, inputs: inputs, variables: variables, plays: [play],
            phoneFields: used.phoneFields)
    }

    private func phones(
        _ root: Node, _ file: SourceFile, _ names: NameTable, _ diagnostics: inout Diagnostics
    ) -> SelectorText? {
        let start = SourceSpan(file: file, range: root.span.range.lowerBound..<root.span.range.lowerBound)
        guard let node = root["phones"] else {
            // A misspelt `phones` was told already.
            if PlaybookKeys.isMisspelt("phones", in: root) { return nil }
            diagnostics.error(
                "missing-key", "the playbook does not say which phones it is for", at: start,
                help: "add `phones: all`, or a selector such as `phones: pixel and not rack-3-[01-04]`")
            return nil
        }
        guard let text = node.text, !node.isNull, text.contains(where: { !$0.isWhitespace }) else {
            let list = node.sequence?.compactMap(\.text).joined(separator: ", ")
            diagnostics.error(
                node.isNull || node.text != nil ? "empty" : "wrong-type",
                node.isNull || node.text != nil
                    ? "`phones` is empty" : "`phones` is a selector, this is \(node.phrase)",
                at: node.span, help: list.map { "write `phones: \($0)`" } ?? "to mean every phone, write `phones: all`")
            return nil
        }
        let template = Template(reading: node, &diagnostics)
        var names = names
        names.hasPhone = false
        template.check(names, &diagnostics)
        if let literal = template.literal {
            do throws(FarmError) {
                _ = try PhoneSelector(parsing: literal)
            } catch {
                diagnostics.add(error.diagnostic(in: node.origin))
            }
        }
        return SelectorText(template, origin: node.origin)
    }

    private func steps(
        _ root: Node, _ file: SourceFile, _ names: NameTable, _ diagnostics: inout Diagnostics
    ) -> [StepCall] {
        guard let node = root["steps"] else {
            if PlaybookKeys.isMisspelt("steps", in: root) { return [] }
            let start = SourceSpan(file: file, range: root.span.range.lowerBound..<root.span.range.lowerBound)
            diagnostics.error(
                "missing-key", "the playbook has no steps", at: start, help: "add `steps:` with a list below")
            return []
        }
        guard let nodes = node.sequence, !nodes.isEmpty else {
            let isEmpty = node.isNull || node.sequence != nil
            diagnostics.error(
                isEmpty ? "empty" : "wrong-type",
                isEmpty ? "`steps` is empty" : "`steps` is a list, this is \(node.phrase)", at: node.span,
                help: "write one line `- KIND: ...` for every step")
            return []
        }
        var reader = StepReader(vocabulary: vocabulary, names: names, nodes: nodes)
        let steps = nodes.enumerated().compactMap { reader.read($0.element, index: $0.offset) }
        diagnostics.add(contentsOf: reader.diagnostics)
        return steps
    }
}
