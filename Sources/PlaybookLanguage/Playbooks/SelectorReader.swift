import Farm
import SourceText

/// Reads whom a play is for: `phones:`, `servers:` or `encoders:` with a selector.
enum SelectorReader {
    /// What it acts on, and which of them; nil, and a mistake noted, for what cannot be used.
    ///
    /// - Parameter what: `the playbook` or `the play`.
    static func read(
        _ node: Node, names: NameTable, _ what: String, _ diagnostics: inout Diagnostics
    ) -> (TargetKind?, SelectorText?) {
        let found = (node.mapping ?? []).filter { TargetKind(rawValue: $0.name) != nil }
        guard let entry = found.first, let kind = TargetKind(rawValue: entry.name) else {
            // A misspelt `phones` was told already.
            if PlaybookKeys.isMisspelt("phones", in: node, PlaybookKeys.onePlay) { return (nil, nil) }
            diagnostics.error(
                "missing-key", "\(what) does not say which phones it is for", at: node.span.start(),
                help: "add `phones: all`, or a selector such as `phones: pixel and not rack-3-[01-04]`")
            return (nil, nil)
        }
        if let second = found.first(where: { $0.name != entry.name }) {
            diagnostics.error(
                "two-targets", "a play acts on `\(entry.name)` or on `\(second.name)`, not on both",
                at: second.key.span,
                help: "make two plays of it, under `plays:`", notes: [.init("the first one", at: entry.key.span)])
        }
        return (kind, selector(entry, names, &diagnostics))
    }

    private static func selector(
        _ entry: Node.Entry, _ names: NameTable, _ diagnostics: inout Diagnostics
    ) -> SelectorText? {
        let node = entry.value
        guard let text = node.text, !node.isNull, text.contains(where: { !$0.isWhitespace }) else {
            let list = node.sequence?.compactMap(\.text).joined(separator: ", ")
            let isEmpty = node.isNull || node.text != nil
            diagnostics.error(
                isEmpty ? "empty" : "wrong-type",
                isEmpty ? "`\(entry.name)` is empty" : "`\(entry.name)` is a selector, this is \(node.phrase)",
                at: node.span,
                help: list.map { "write `\(entry.name): \($0)`" }
                    ?? "to mean every \(entry.name.dropLast()), write `\(entry.name): all`")
            return nil
        }
        let template = Template(reading: node, &diagnostics)
        var names = names
        names.hasPhone = false
        names.hasSteps = false
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
}
