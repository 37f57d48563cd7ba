import Farm
import SourceText

/// Where the names of a farm file stand, so that what the inventory finds wrong can be shown in the text.
struct FarmPlaces {
    private var declarations: [String: [SourceSpan]] = [:]
    private var references: [String: SourceSpan] = [:]
    private var selectors: [String: TextOrigin] = [:]

    /// A phone, server, group or label is called so here.
    mutating func declare(_ name: String, at span: SourceSpan) { declarations[name, default: []].append(span) }

    /// A server is meant here.
    mutating func refer(to name: String, at span: SourceSpan) {
        if references[name] == nil { references[name] = span }
    }

    /// A group's selector stands here.
    mutating func select(_ node: Node) {
        if let text = node.text, selectors[text] == nil { selectors[text] = node.origin }
    }

    /// What is wrong, with the place of the name or inside the selector that it is about.
    func diagnostic(of mistake: FarmError, otherwise span: SourceSpan) -> Diagnostic {
        let spans = declarations[mistake.text] ?? []
        if mistake.code == .nameClash, let second = spans.dropFirst().first, let first = spans.first {
            return Diagnostic(
                rule: "name-clash", mistake.reason, at: second, help: mistake.suggestion,
                notes: [.init("the first one", at: first)])
        }
        if let origin = selectors[mistake.text] {
            return mistake.diagnostic(in: origin)
        }
        let isReference = mistake.code == .unknownName
        let place = isReference ? references[mistake.text] ?? spans.first : spans.first ?? references[mistake.text]
        return Diagnostic(rule: mistake.rule, mistake.reason, at: place ?? span, help: mistake.suggestion)
    }
}

extension FarmError {
    /// The identifier of the rule: the code's word with hyphens.
    var rule: String { code.description.split(separator: " ").joined(separator: "-") }

    /// The mistake shown inside the scalar that the text came from.
    func diagnostic(in origin: TextOrigin, from start: Int = 0) -> Diagnostic {
        let place = span.map { origin.span(of: start + $0.lowerBound..<start + $0.upperBound) } ?? origin.span
        return Diagnostic(rule: rule, reason, at: place, help: suggestion)
    }
}
