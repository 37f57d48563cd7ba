import Farm

/// Why a service has no way to do something, and what to do instead.
public struct ServiceRefusal: Hashable, Sendable {
    /// Why not, in plain words.
    public let reason: String
    /// What to do instead.
    public let advice: String

    /// Says why not.
    public init(reason: String, advice: String) {
        self.reason = reason
        self.advice = advice
    }

    /// What the service of KooPhone has no operation for (Cloud Phone API, KooPhone); nil for any other service.
    init?(by service: CloudAccount.Kind, ifKooPhone what: String, instead advice: String) {
        guard service == .koophone else { return nil }
        self.init(reason: "the service of KooPhone \(what)", advice: advice)
    }
}
