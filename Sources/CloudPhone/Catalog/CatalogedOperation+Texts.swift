public import JSON

extension CatalogedOperation {
    /// Reads arguments that were written as texts, such as `phone_ids=a,b` on a command line, by the types of the fields.
    ///
    /// Texts stand as they are; lists of texts are joined by commas, or JSON; lists of objects and objects are JSON. A member
    /// that nobody has described is what it reads as in JSON, or else a text.
    ///
    /// - Returns: The arguments that could be read, and a fault for each that could not; names are looked at later.
    public func arguments(
        reading texts: [(name: String, text: String)]
    ) -> (given: [String: JSONValue], faults: [ArgumentFault]) {
        var given: [String: JSONValue] = [:]
        var faults: [ArgumentFault] = []
        for (name, text) in texts {
            let known = arguments.first { $0.field.name == name }?.field.kind
            let kind = known ?? .text
            if given[name] != nil {
                faults.append(ArgumentFault(name, "it is given twice"))
            } else if known == nil, shape.hasOpenBody {
                given[name] = JSONValue(parsing: text.utf8) ?? .text(text)
            } else if let value = Self.value(of: text, as: kind) {
                given[name] = value
            } else {
                faults.append(ArgumentFault(name, "`\(text.prefix(80))` is not \(kind.name)", advice: kind.spelling))
            }
        }
        return (given, faults)
    }

    private static func value(of text: String, as kind: OperationField.Kind) -> JSONValue? {
        switch kind {
        case .text: return .text(text)
        case .integer: return Int64(text).map(JSONValue.integer)
        case .boolean: return ["true": true, "false": false][text].map(JSONValue.boolean)
        case .list(.text) where !text.hasPrefix("["):
            return .array(text.split(separator: ",").map { .text(String($0)) })
        case .list:
            guard let value = JSONValue(parsing: text.utf8), value.elements != nil else { return nil }
            return value
        case .textMap, .object:
            guard let value = JSONValue(parsing: text.utf8), value.members != nil else { return nil }
            return value
        }
    }
}

extension OperationField.Kind {
    /// How a text of this type is written where that is not plain.
    fileprivate var spelling: String? {
        switch self {
        case .text, .integer, .boolean: nil
        case .list(.text): "join the texts by commas"
        case .list: "write it as JSON, such as [{\"name\":\"value\"}]"
        case .textMap, .object: "write it as JSON, such as {\"name\":\"value\"}"
        }
    }
}
