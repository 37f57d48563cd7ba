import JSON

extension OperationShape {
    /// The gaps of the path that a caller fills; the project is the client's.
    public var gaps: [OperationField] {
        path.split(separator: "/").filter { $0.hasPrefix("{") && $0 != "{project_id}" }.map { part in
            OperationField.gap(String(part.dropFirst().dropLast()))
        }
    }

    /// Everything that a caller gives, gaps first.
    public var arguments: [OperationField] { gaps + query + body }

    /// The arguments with those that can have only one text, and without those that are null.
    func completed(_ given: [String: JSONValue]) -> [String: JSONValue] {
        var all = given.filter { $0.value != .null }
        for field in arguments where all[field.name] == nil {
            if let text = field.onlyText { all[field.name] = .text(text) }
        }
        return all
    }

    /// What the service would refuse about arguments, one fault for each that is bad.
    ///
    /// - Parameter given: Arguments by their names; what stands in the query joined by commas is a list here.
    func faults(in given: [String: JSONValue]) -> [ArgumentFault] {
        OperationField.faults(in: given, of: arguments, at: "", mayBeOthers: hasOpenBody)
    }
}

extension OperationField {
    /// A gap of a path, which says by its name what fills it (Cloud Phone API, operations).
    static func gap(_ name: String) -> OperationField {
        let rule: FieldRule =
            switch name {
            case "server_id", "resource_id": .id(of: "server")
            case "phone_id": .id(of: "phone")
            case "resource_type": .oneOf([ResourceType.server])
            case "band_width_id": .token(of: "bandwidth")
            case "member_id": .token(of: "project")
            default: .token(of: String(name.dropLast("_id".count)))
            }
        return .text(name).ruled(rule).required
    }

    static func faults(
        in given: [String: JSONValue], of fields: [OperationField], at place: String, mayBeOthers: Bool = false
    ) -> [ArgumentFault] {
        let prefix = place.isEmpty ? "" : "\(place)."
        let names = fields.map(\.name)
        var faults = given.keys.filter { !mayBeOthers && !names.contains($0) }.sorted().map {
            ArgumentFault(unknown: "\(prefix)\($0)", $0, among: names)
        }
        for field in fields {
            let place = prefix + field.name
            guard let value = given[field.name], value != .null else {
                if field.isRequired { faults.append(ArgumentFault(place, "it is missing", advice: field.hint)) }
                continue
            }
            faults += field.faults(of: value, at: place)
        }
        return faults
    }

    private func faults(of value: JSONValue, at place: String) -> [ArgumentFault] {
        let inner = Self.faults(of: value, kind, at: place)
        guard inner.isEmpty, let rule else { return inner }
        do {
            try rule.check(value)
            return []
        } catch { return [ArgumentFault(place, error)] }
    }

    private static func faults(of value: JSONValue, _ kind: Kind, at place: String) -> [ArgumentFault] {
        switch (kind, value) {
        case (.text, .text), (.integer, .integer), (.boolean, .boolean): []
        case (.integer, .unsigned): [ArgumentFault(place, "it is too large a number")]
        case (.textMap, .object(let members)):
            members.sorted { $0.key < $1.key }.flatMap { faults(of: $0.value, .text, at: "\(place).\($0.key)") }
        case (.list(let inner), .array(let elements)):
            elements.enumerated().flatMap { faults(of: $0.element, inner, at: "\(place)[\($0.offset)]") }
        // Of an object without described members nothing is known.
        case (.object([]), .object): []
        case (.object(let fields), .object(let members)): faults(in: members, of: fields, at: place)
        default: [ArgumentFault(place, "it is \(value.kindName) and should be \(kind.name)")]
        }
    }

    /// What it is for and what it must be, in a few words; nil when there is nothing to say.
    public var hint: String? {
        let words = [purpose, rule?.note].compactMap { $0 }
        return words.isEmpty ? nil : words.joined(separator: "; ")
    }
}

extension OperationField.Kind {
    /// The type in words.
    public var name: String {
        switch self {
        case .text: "text"
        case .integer: "a whole number"
        case .boolean: "true or false"
        case .textMap: "an object of texts"
        case .list(.text): "a list of texts"
        case .list: "a list of objects"
        case .object: "an object"
        }
    }
}

extension JSONValue {
    /// The type in words, for messages.
    var kindName: String {
        switch self {
        case .null: "nothing"
        case .boolean: "true or false"
        case .integer, .unsigned: "a whole number"
        case .number: "a number"
        case .text: "text"
        case .array: "a list"
        case .object: "an object"
        }
    }
}
