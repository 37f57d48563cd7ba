import Secrets

extension Evaluation {
    func root(_ name: String, _ term: Term) throws(PlaybookError) -> Value {
        switch name {
        case "inputs": return .map(scope.inputsInside ?? scope.shared.inputs)
        case "item": return try known(scope.item, "`item` outside of a loop", term)
        case "index": return .integer(Int64(try known(scope.index, "`index` outside of a loop", term)))
        case "result": return try outputs(scope.result, "`result` here", term)
        case "failure": return try outputs(scope.failure, "`failure` here", term)
        case "counts": return .map(try known(scope.counts, "`counts` here", term))
        case "env": return .map(scope.shared.environment)
        case "phone", "encoder": return .map(scope.phone)
        case "steps": return .map(scope.steps)
        case "secret":
            throw error(.wrongType, "`secret` is asked for one secret at a time", term, help: "write secret.NAME")
        case "payloads":
            throw error(.wrongType, "`payloads` is asked for one payload at a time", term, help: "write payloads.NAME")
        default: throw error(.unknownName, "unknown name `\(name)`", term)
        }
    }

    mutating func field(_ name: String, of base: Term, _ term: Term) throws(PlaybookError) -> Value {
        // The roots are asked directly: no map of everything is built for one name.
        if case .name(let root) = base.shape {
            switch root {
            case "vars": return try variable(name, term)
            case "inputs":
                return try known((scope.inputsInside ?? scope.shared.inputs)[name], "input `\(name)`", term)
            case "env": return scope.shared.environment[name] ?? .null
            case "phone", "encoder": return scope.phone[name] ?? .null
            case "steps":
                if let outputs = scope.steps[name] { return outputs }
                if scope.allowsUnknown { return .unknown }
                throw error(.unknownName, "there is no step `\(name)`", term)
            case "payloads": return try payload(name, term)
            case "secret":
                return .secret(try known(scope.shared.secrets[name], "secret `\(name)`", term))
            default: break
            }
        }
        switch try value(of: base) {
        case .map(let map): return map[name] ?? .null
        case .unknown: return .unknown
        case let whole: throw error(.wrongType, "\(whole.type.phrase) has no field `\(name)`", base)
        }
    }

    private func known<Known>(_ value: Known?, _ what: String, _ term: Term) throws(PlaybookError) -> Known {
        guard let value else { throw error(.unknownName, "there is no \(what)", term) }
        return value
    }

    /// What a step gave; while planning it has given nothing yet.
    private func outputs(
        _ outputs: [String: Value]?, _ what: String, _ term: Term
    ) throws(PlaybookError) -> Value {
        if outputs == nil, scope.allowsUnknown { return .unknown }
        let known = try known(outputs, what, term)
        return .map(scope.shared.vault.isEmpty ? known : known.mapValues { $0.hiding(scope.shared.vault) })
    }

    /// What is known of a payload, which is opened before any phone is touched.
    private func payload(_ name: String, _ term: Term) throws(PlaybookError) -> Value {
        if let value = try scope.shared.payloads.value(of: name) { return value }
        if scope.allowsUnknown { return .unknown }
        throw error(.notKnownYet, "the payload `\(name)` was not opened yet", term)
    }

    private mutating func variable(_ name: String, _ term: Term) throws(PlaybookError) -> Value {
        guard let definition = scope.definition(ofVariable: name) else {
            throw error(.unknownName, "there is no variable `\(name)` for this phone", term)
        }
        switch definition {
        case .value(let value): return value
        case .argument(let argument):
            guard variableDepth < 32 else {
                throw error(.tooLarge, "the variable `\(name)` refers to itself, or through too many others", term)
            }
            variableDepth += 1
            defer { variableDepth -= 1 }
            return try argument.value(&self)
        }
    }

    mutating func element(_ index: Term, of base: Term) throws(PlaybookError) -> Value {
        if case .literal(.text(let name)) = index.shape { return try field(name, of: base, base) }
        switch (try value(of: base), try value(of: index)) {
        case (.unknown, _), (_, .unknown): return .unknown
        case (.list(let list), .integer(let place)):
            let offset = place < 0 ? Int64(list.count) + place : place
            guard offset >= 0, offset < list.count else {
                throw error(.wrongType, "the list has \(list.count) members, there is none at \(place)", index)
            }
            return list[Int(offset)]
        case (.map(let map), .text(let name)): return map[name] ?? .null
        case (let whole, let key):
            throw error(.wrongType, "\(whole.type.phrase) cannot be asked for \(key.type.phrase)", index)
        }
    }
}
