import SourceText

/// Reads what stands under `vars:`, of a playbook or of a step.
enum VariablesReader {
    /// The variables; the table learns their names and types, those of outside stay known.
    static func read(
        _ node: Node?, _ names: inout NameTable, _ external: Set<String>, _ diagnostics: inout Diagnostics
    ) -> [String: Argument<Value>] {
        guard let node else { return [:] }
        guard let entries = node.mapping else {
            diagnostics.error(
                node.isNull ? "empty" : "wrong-type",
                node.isNull ? "`vars` is empty" : "`vars` is a mapping of names, this is \(node.phrase)", at: node.span,
                help: "leave the key out, or write `NAME: VALUE` below it")
            return [:]
        }
        reportRepeatedKeys(node, &diagnostics)
        // All names are known before any value is read: they may refer to each other in any order.
        for entry in entries {
            PlaybookKeys.checkIdentifier(entry.name, "the name of a variable", at: entry.key.span, &diagnostics)
            warnOfLostDigits(entry, &diagnostics)
            // What is set from outside is stronger, so its type is open.
            names.variables[entry.name] = external.contains(entry.name) ? .any : literalType(entry.value)
        }
        var variables: [String: Argument<Value>] = [:]
        var references: [String: Set<String>] = [:]
        for entry in entries {
            var used = NamesInUse()
            used.add(entry.value)
            references[entry.name] = used.variables
            variables[entry.name] = Argument(reading: entry.value, named: entry.name, .any, names: names, &diagnostics)
        }
        reportCircles(entries, references, &diagnostics)
        return variables
    }

    private static func literalType(_ node: Node) -> ValueType {
        switch node.content {
        case .sequence: .list
        case .mapping: .map
        // A text may be a duration or a size, and `--var` may give another type; only containers are certain.
        case .scalar: .any
        }
    }

    /// `1.10` without quotes is the number 1.1.
    private static func warnOfLostDigits(_ entry: Node.Entry, _ diagnostics: inout Diagnostics) {
        guard case .scalar(let text, .plain) = entry.value.content, case .number? = entry.value.coreValue else {
            return
        }
        guard let spelled = entry.value.coreValue?.textForm, spelled != text else { return }
        diagnostics.warning(
            "lost-digits", "this is the number \(spelled), not the text \(text)", at: entry.value.span,
            help: "write \"\(text)\" to keep it as it is")
    }

    private static func reportCircles(
        _ entries: [Node.Entry], _ references: [String: Set<String>], _ diagnostics: inout Diagnostics
    ) {
        let circular = Circles.members(of: references)
        for entry in entries where circular.contains(entry.name) {
            diagnostics.error("circle", "the variable `\(entry.name)` refers to itself", at: entry.value.span)
        }
    }
}
