import Secrets

extension Value {
    /// The most values that one may hold, with everything inside it.
    static let maximumWeight = 100_000
    /// How deep values may be inside each other.
    static let maximumDepth = 100

    /// How many values it holds, itself included; nil when there are too many, or they are too deep inside each other.
    var weight: Int? {
        var rest = Self.maximumWeight
        func fits(_ value: Value, _ depth: Int) -> Bool {
            rest -= 1
            guard rest >= 0, depth <= Self.maximumDepth else { return false }
            switch value {
            case .list(let members): return members.count <= rest && members.allSatisfy { fits($0, depth + 1) }
            case .map(let members): return members.values.allSatisfy { fits($0, depth + 1) }
            default: return true
            }
        }
        return fits(self, 0) ? Self.maximumWeight - rest : nil
    }

    /// What is said of a value without ``weight``.
    var tooLarge: String {
        "the \(noun) gets larger than \(Self.maximumWeight) members, or deeper than \(Self.maximumDepth)"
    }

    /// Whether it, or something inside it, is not known yet.
    var holdsUnknown: Bool {
        switch self {
        case .unknown: true
        case .list(let members): members.contains { $0.holdsUnknown }
        case .map(let members): members.values.contains { $0.holdsUnknown }
        default: false
        }
    }

    /// The secret that it is, or the first inside it.
    var firstSecret: Secret? {
        switch self {
        case .secret(let secret): secret
        case .list(let members): members.lazy.compactMap(\.firstSecret).first
        case .map(let members): members.sorted { $0.key < $1.key }.lazy.compactMap(\.value.firstSecret).first
        default: nil
        }
    }

    /// The same with secrets as plain texts; for looking at them, never for passing them on.
    var revealed: Value {
        switch self {
        case .secret(let secret): secret.reveal { .text($0) }
        case .list(let members) where firstSecret != nil: .list(members.map(\.revealed))
        case .map(let members) where firstSecret != nil: .map(members.mapValues(\.revealed))
        default: self
        }
    }

    /// The same with secrets in the place of texts that hold one.
    func hiding(_ vault: SecretVault) -> Value {
        switch self {
        case .text(let text): vault.nameOfSecret(in: text).map { .secret(Secret(name: $0, text)) } ?? self
        case .list(let members): .list(members.map { $0.hiding(vault) })
        case .map(let members): .map(members.mapValues { $0.hiding(vault) })
        default: self
        }
    }

    /// The same with masks in the place of secrets.
    var masked: Value {
        switch self {
        case .secret(let secret): .text(secret.mask)
        case .list(let members): .list(members.map(\.masked))
        case .map(let members): .map(members.mapValues(\.masked))
        default: self
        }
    }

    /// The value as it stands inside a text, a secret included: for the last mile, and nothing that people see.
    var spelling: String? {
        guard case .secret(let secret) = self else { return textForm }
        return secret.reveal { $0 }
    }

    /// What it is called in a sentence: `list`.
    var noun: String {
        switch self {
        case .list: "list"
        case .map: "mapping"
        default: "value"
        }
    }
}
