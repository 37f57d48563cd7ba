import SourceText

/// Where a value comes from: it stands in the text, or is computed on each phone.
indirect enum ValueSource: Hashable, Sendable {
    case value(Value)
    /// One `${{ }}` and nothing else: the value keeps its type.
    case expression(Expression)
    case template(Template)
    case list([ValueSource])
    case map([String: ValueSource])

    /// The value, when it does not depend on the phone.
    var literal: Value? {
        guard case .value(let value) = self else { return nil }
        return value
    }

    func value(_ evaluation: inout Evaluation) throws(PlaybookError) -> Value {
        switch self {
        case .value(let value): return value
        case .expression(let expression): return try evaluation.value(of: expression)
        case .template(let template): return try template.value(&evaluation)
        case .list(let members):
            var values: [Value] = []
            for member in members { values.append(try member.value(&evaluation)) }
            return try Self.bounded(.list(values))
        case .map(let members):
            var values: [String: Value] = [:]
            for (name, member) in members { values[name] = try member.value(&evaluation) }
            return try Self.bounded(.map(values))
        }
    }

    private static func bounded(_ value: Value) throws(PlaybookError) -> Value {
        guard value.weight != nil else { throw PlaybookError(.tooLarge, value.tooLarge) }
        return value
    }
}

extension ValueSource {
    /// Reads a node with everything inside it.
    ///
    /// - Parameter asText: Whether unquoted numbers and the like stay the text they are: `1.10` is not 1.1.
    init(reading node: Node, asText: Bool, names: NameTable, _ diagnostics: inout Diagnostics) {
        switch node.content {
        case .scalar(let text, let style):
            self.init(scalar: node, text, style, asText: asText, names: names, &diagnostics)
        case .sequence(let nodes):
            let members = nodes.map { ValueSource(reading: $0, asText: asText, names: names, &diagnostics) }
            let values = members.compactMap(\.literal)
            self = values.count == members.count ? .value(.list(values)) : .list(members)
        case .mapping(let entries):
            var members: [String: ValueSource] = [:]
            for entry in entries {
                members[entry.name] = ValueSource(reading: entry.value, asText: asText, names: names, &diagnostics)
            }
            let values = members.compactMapValues(\.literal)
            self = values.count == members.count ? .value(.map(values)) : .map(members)
        }
    }

    private init(
        scalar node: Node, _ text: String, _ style: ScalarStyle, asText: Bool, names: NameTable,
        _ diagnostics: inout Diagnostics
    ) {
        if text.utf8.contains(UInt8(ascii: "$")), text.contains("${{") {
            let template = Template(reading: node, &diagnostics)
            if let expression = template.soleExpression {
                self = .expression(expression)
            } else {
                template.check(names, &diagnostics)
                self = .template(template)
            }
            return
        }
        guard let value = node.coreValue else {
            diagnostics.error(
                "leading-zero", "a number has no leading zero", at: node.span,
                help: "write \"\(text)\" if it is meant as a text, or leave the zero out")
            self = .value(.text(text))
            return
        }
        self = .value(asText && value != .null && style == .plain ? .text(text) : value)
    }

    /// The type, as far as it is known; mistakes go to the collector.
    func type(_ names: NameTable, _ diagnostics: inout Diagnostics) -> ValueType {
        switch self {
        case .value(let value): return value.type
        case .expression(let expression): return TypeCheck.type(of: expression, names: names, &diagnostics)
        case .template(let template): return template.holdsSecret(names) ? .secret : .text
        case .list(let members):
            for member in members { _ = member.type(names, &diagnostics) }
            return .list
        case .map(let members):
            for (_, member) in members.sorted(by: { $0.key < $1.key }) { _ = member.type(names, &diagnostics) }
            return .map
        }
    }
}
