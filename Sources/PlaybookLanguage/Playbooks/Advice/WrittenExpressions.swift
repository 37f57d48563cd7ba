import SourceText

/// Finds the expressions of a document: what stands in `${{ }}`, and bare behind the keys of conditions.
enum WrittenExpressions {
    private static let bareKeys: Set<String> = ["when", "until", "gate", "assert", "that"]

    /// Every expression inside a node, in the order of the text; what cannot be read is passed over.
    static func each(_ node: Node, isBare: Bool = false, _ body: (Expression) -> Void) {
        switch node.content {
        case .scalar(let text, _):
            if text.utf8.contains(UInt8(ascii: "$")), text.contains("${{") {
                var ignored = Diagnostics()
                for case .expression(let expression) in Template(reading: node, &ignored).pieces { body(expression) }
            } else if isBare, let expression = try? Expression(parsing: node) {
                body(expression)
            }
        case .sequence(let members): for member in members { each(member, isBare: isBare, body) }
        case .mapping(let entries):
            for entry in entries { each(entry.value, isBare: bareKeys.contains(entry.name), body) }
        }
    }
}

extension Term {
    /// The term and everything inside it, from the outside in.
    func each(_ body: (Term) -> Void) {
        body(self)
        for term in members { term.each(body) }
    }

    /// The terms directly inside.
    var members: [Term] {
        switch shape {
        case .literal, .name: []
        case .list(let terms), .call(_, let terms): terms
        case .map(let entries): entries.map(\.value)
        case .field(let base, _): [base]
        case .index(let base, let index): [base, index]
        case .not(let term), .negative(let term), .matches(let term, _): [term]
        case .binary(_, let left, let right): [left, right]
        case .choice(let condition, let value, let otherwise): [value, condition, otherwise]
        }
    }

    /// The name asked of the term inside: `b` of `a.b` and of `a['b']`.
    var asked: (base: Term, name: String)? {
        switch shape {
        case .field(let base, let name): return (base, name)
        case .index(let base, let index):
            guard case .literal(.text(let name)) = index.shape else { return nil }
            return (base, name)
        default: return nil
        }
    }
}
