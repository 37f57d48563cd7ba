import Reports

/// A piece of a JSON Schema, whose members stay in the order in which they are given.
indirect enum SchemaValue: Hashable, Sendable, ExpressibleByStringLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByIntegerLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    /// One member of a mapping.
    struct Member: Hashable, Sendable {
        let name: String
        let value: SchemaValue
    }

    case text(String)
    case number(Int)
    case flag(Bool)
    case list([SchemaValue])
    case map([Member])

    init(stringLiteral value: String) { self = .text(value) }
    init(booleanLiteral value: Bool) { self = .flag(value) }
    init(integerLiteral value: Int) { self = .number(value) }
    init(arrayLiteral elements: SchemaValue...) { self = .list(elements) }
    init(dictionaryLiteral elements: (String, SchemaValue)...) {
        self = .map(elements.map { Member(name: $0, value: $1) })
    }

    /// A member of a mapping.
    subscript(name: String) -> SchemaValue? {
        guard case .map(let members) = self else { return nil }
        return members.first { $0.name == name }?.value
    }

    /// The same mapping with one more member.
    func with(_ name: String, _ value: SchemaValue?) -> SchemaValue {
        guard case .map(let members) = self, let value else { return self }
        return .map(members + [Member(name: name, value: value)])
    }

    /// As JSON, with a line break at the end.
    var json: String { json(indent: "") + "\n" }

    private func json(indent: String) -> String {
        let inner = indent + "  "
        switch self {
        case .text(let text): return JSONReport.quoted(text)
        case .number(let number): return "\(number)"
        case .flag(let flag): return "\(flag)"
        case .list(let values):
            let flat = "[" + values.map { $0.json(indent: inner) }.joined(separator: ", ") + "]"
            if flat.utf8.count < 80, !flat.contains("\n") { return flat }
            return "[\n" + values.map { inner + $0.json(indent: inner) }.joined(separator: ",\n") + "\n\(indent)]"
        case .map(let members):
            let pairs = members.map { "\(JSONReport.quoted($0.name)): \($0.value.json(indent: inner))" }
            let flat = "{ " + pairs.joined(separator: ", ") + " }"
            if flat.utf8.count < 80, !flat.contains("\n") { return members.isEmpty ? "{}" : flat }
            return "{\n" + pairs.map { inner + $0 }.joined(separator: ",\n") + "\n\(indent)}"
        }
    }
}

extension SchemaValue {
    /// What is defined under a name at the end of the schema.
    static func reference(_ name: String) -> SchemaValue { ["$ref": .text("#/$defs/\(name)")] }

    /// One of several.
    static func any(_ choices: SchemaValue...) -> SchemaValue { ["anyOf": .list(choices)] }

    /// A list of at least one.
    static func list(of item: SchemaValue) -> SchemaValue { ["type": "array", "items": item, "minItems": 1] }

    /// One of a few words, or an expression that gives one.
    static func words(_ words: [String]) -> SchemaValue {
        any(["enum": .list(words.map { .text($0) })], reference("expression"))
    }

    /// A mapping with these keys and no others.
    static func object(_ properties: [Member], required: [String] = []) -> SchemaValue {
        var object: SchemaValue = [
            "type": "object", "properties": .map(properties), "additionalProperties": false,
        ]
        if !required.isEmpty { object = object.with("required", .list(required.map { .text($0) })) }
        return object
    }

    /// A mapping of names that are chosen freely.
    static func names(of value: SchemaValue) -> SchemaValue {
        ["type": "object", "additionalProperties": value]
    }

    /// The same with a sentence that editors show.
    func described(_ text: String) -> SchemaValue { with("description", .text(text)) }
}
