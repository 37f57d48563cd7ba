import SourceText

/// Which names the expressions of a document speak of.
struct NamesInUse {
    /// The names after `vars.`.
    private(set) var variables: Set<String> = []
    /// The names after `phone.`.
    private(set) var phoneFields: Set<String> = []

    /// Looks through a node with everything inside it: what stands in `${{ }}`, and bare in `when`.
    mutating func add(_ node: Node) {
        switch node.content {
        case .scalar(let text, _):
            guard text.contains("${{") else { return }
            var ignored = Diagnostics()
            for case .expression(let expression) in Template(reading: node, &ignored).pieces { add(expression.root) }
        case .sequence(let nodes): for node in nodes { add(node) }
        case .mapping(let entries):
            for entry in entries {
                if entry.name == "when", let expression = try? Expression(parsing: entry.value) { add(expression.root) }
                add(entry.value)
            }
        }
    }

    private mutating func add(_ term: Term) {
        switch term.shape {
        case .field(let base, let name):
            note(name, of: base)
            add(base)
        case .index(let base, let index):
            if case .literal(.text(let name)) = index.shape { note(name, of: base) }
            add(base)
            add(index)
        case .list(let terms), .call(_, let terms): for term in terms { add(term) }
        case .not(let term), .negative(let term), .matches(let term, _): add(term)
        case .binary(_, let left, let right):
            add(left)
            add(right)
        case .literal, .name: break
        }
    }

    private mutating func note(_ name: String, of base: Term) {
        if base.shape == .name("vars") { variables.insert(name) }
        if base.shape == .name("phone") { phoneFields.insert(name) }
    }
}
