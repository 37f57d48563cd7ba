import Secrets

extension Function {
    /// Whether it looks into texts, and so into secrets; the others pass secrets on as they are.
    var opensSecrets: Bool {
        switch self {
        case .default, .first, .last, .sort, .unique, .reverse, .without, .intersect, .min, .max, .range, .keys,
            .values:
            false
        case .slice, .length, .sum: true
        default: true
        }
    }

    /// Whether a secret may stand where it takes a text.
    var takesSecrets: Bool { !tellsTooMuch }

    /// Whether what it gives could not be hidden, as it is no text.
    private var tellsTooMuch: Bool {
        switch self {
        case .length, .int, .number, .size, .duration, .version, .sum, .round, .abs, .format: true
        default: false
        }
    }

    /// Whether the result holds the secret as it was, in a spelling that is looked for anyway.
    private var keepsText: Bool {
        switch self {
        case .quote, .raw, .join, .text: true
        default: false
        }
    }

    /// Computes the function on secrets: every text in the result is a secret as well.
    func apply(
        toSecrets arguments: [Value], namedAs secret: Secret, _ vault: SecretVault
    ) throws(FunctionMistake) -> Value {
        // A list may hold secrets without being looked into.
        if self == .length || self == .slice, case .list = arguments[0] { return try apply(arguments) }
        if self == .length, case .map = arguments[0] { return try apply(arguments) }
        if self == .contains, case .list = arguments[0] { return try apply(arguments) }
        guard !tellsTooMuch else {
            let index = arguments.firstIndex { $0.firstSecret != nil } ?? 0
            throw FunctionMistake(
                index: index, "\(rawValue)() does not take a secret: what it gives could not be hidden")
        }
        let result: Value
        do throws(FunctionMistake) {
            result = try apply(arguments.map(\.revealed))
        } catch {
            // The message may hold a piece of the secret.
            throw FunctionMistake(index: error.index, "\(rawValue)() does not take this secret")
        }
        return try hidden(result, secret.name, vault)
    }

    private func hidden(_ value: Value, _ name: String, _ vault: SecretVault) throws(FunctionMistake) -> Value {
        switch value {
        case .boolean, .null: return value
        case .list(let members):
            var hiddenMembers: [Value] = []
            for member in members { hiddenMembers.append(try hidden(member, name, vault)) }
            return .list(hiddenMembers)
        case .map(let members):
            var hiddenMembers: [String: Value] = [:]
            for (key, member) in members { hiddenMembers[key] = try hidden(member, name, vault) }
            return .map(hiddenMembers)
        default:
            let secret = Secret(name: name, value.textForm ?? "")
            guard keepsText || vault.add(derived: secret) else {
                throw FunctionMistake(index: 0, "too many different texts are made from secrets")
            }
            return .secret(secret)
        }
    }
}
