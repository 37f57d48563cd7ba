/// What is known of one of the service's codes (Cloud Phone API, errors).
public struct FaultRule: Hashable, Sendable {
    /// Whether and when the same call may succeed.
    public enum Retry: String, Hashable, Sendable {
        /// Not without a change.
        case never
        /// A little later.
        case later
        /// After the period of a flow limit.
        case throttled
        /// With a new token.
        case newToken = "new-token"
        /// Once the phone or the server has settled.
        case whenReady = "when-ready"
    }

    /// What the code means; nil when it is unknown.
    public let meaning: String?
    /// Whether and when the same call may succeed.
    public let retry: Retry
    /// What to do about it, where that is known.
    public let advice: String?
    /// Whether it stands for an account, a phone or an encode service that is frozen or overdue.
    public let isFrozen: Bool

    /// What the tables say of a code in its normal spelling; of an unknown one, that nothing is known.
    public static func rule(for code: String?) -> FaultRule {
        guard let code else { return unknown }
        let row = FaultTable.gateway[code] ?? FaultTable.service[code] ?? FaultTable.koophone[code]
        return FaultRule(
            meaning: row?.meaning, retry: row?.retry ?? .never, advice: FaultTable.advice[code],
            isFrozen: FaultTable.frozen.contains(code))
    }

    private static let unknown = FaultRule(meaning: nil, retry: .never, advice: nil, isFrozen: false)
}
