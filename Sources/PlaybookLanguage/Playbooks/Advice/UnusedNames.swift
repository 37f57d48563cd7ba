import SourceText

/// Looks for inputs, secrets, payloads and variables that nothing asks for: mostly slips of the pen, or left over from an older text.
///
/// Ids are no such names: `--from` and `--only` may speak of them.
struct UnusedNames {
    private var declared: [(name: String, span: SourceSpan)] = []
    private var used = NamesInUse()
    /// The payloads that steps deliver; nil when one is computed, and any may be meant.
    private var delivered: Set<String>? = []

    /// The warnings for a playbook and the files that it includes.
    static func look(through documents: [Node], _ diagnostics: inout Diagnostics) {
        var names = UnusedNames()
        for document in documents {
            names.used.add(document)
            names.collect(document)
            inputs(of: document, &diagnostics)
        }
        for entry in documents.first?["secrets"]?.mapping ?? [] where !names.used.secrets.contains(entry.name) {
            diagnostics.warning(
                "unused-secret", "nothing asks for the secret `\(entry.name)`", at: entry.key.span,
                help: suggestion(for: entry.name, among: names.used.secrets)
                    ?? "leave it out, or ask for `secret.\(entry.name)`")
        }
        names.payloads(of: documents.first, &diagnostics)
        guard !names.used.wholeRoots.contains("vars") else { return }
        for (name, span) in names.declared where !names.used.variables.contains(name) {
            diagnostics.warning(
                "unused-variable", "nothing asks for the variable `\(name)`", at: span,
                help: suggestion(for: name, among: names.used.variables) ?? "leave it out")
        }
    }

    private static func inputs(of document: Node, _ diagnostics: inout Diagnostics) {
        var used = NamesInUse()
        used.add(document)
        guard !used.wholeRoots.contains("inputs") else { return }
        for entry in document["inputs"]?.mapping ?? [] where !used.inputs.contains(entry.name) {
            diagnostics.warning(
                "unused-input", "nothing asks for the input `\(entry.name)`", at: entry.key.span,
                help: "leave it out, or ask for `inputs.\(entry.name)`")
        }
    }

    private func payloads(of document: Node?, _ diagnostics: inout Diagnostics) {
        guard let delivered else { return }
        let known = delivered.union(used.payloads)
        for entry in document?["payloads"]?.mapping ?? [] where !known.contains(entry.name) {
            diagnostics.warning(
                "unused-payload", "nothing delivers the payload `\(entry.name)`", at: entry.key.span,
                help: "leave it out, or write `payload: \(entry.name)` in a step that delivers it")
        }
    }

    private mutating func deliver(_ node: Node) {
        guard let text = node.text else { return }
        if text.contains("${{") { delivered = nil } else { delivered?.insert(text) }
    }

    /// The places where variables get their names, and payloads are delivered: `vars`, `set`, and `as` of a loop.
    private mutating func collect(_ node: Node) {
        for member in node.sequence ?? [] { collect(member) }
        for entry in node.mapping ?? [] {
            switch entry.name {
            case "vars", "set":
                for variable in entry.value.mapping ?? [] { declared.append((variable.name, variable.key.span)) }
            case "payload": deliver(entry.value)
            case "loop":
                if let name = entry.value["as"], let text = name.text { declared.append((text, name.span)) }
            default: collect(entry.value)
            }
        }
    }
}
