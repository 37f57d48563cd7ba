/// A phone that is left out until somebody has looked at it, or time has passed.
public struct QuarantinedPhone: Hashable, Sendable {
    /// Its name in the farm.
    public let name: String
    /// Why, in one line.
    public let reason: String
    /// The runs and steps that speak against it, a line each; empty when a person said so.
    public let evidence: [String]
    /// Who said so; nil when drover did.
    public let by: String?
    /// Since when, in milliseconds since 1970.
    public let since: Int64
    /// Until when.
    public let until: Int64

    /// Describes a quarantine.
    public init(name: String, reason: String, evidence: [String], by: String?, since: Int64, until: Int64) {
        self.name = name
        self.reason = reason
        self.evidence = evidence
        self.by = by
        self.since = since
        self.until = until
    }
}

/// When a phone is quarantined, and for how long.
public struct QuarantinePolicy: Hashable, Sendable {
    /// So many failures of the phone's own ...
    public var failures = 3
    /// Of so many of its last runs.
    public var runs = 5
    /// How long it stays.
    public var time = Duration.seconds(7 * 86_400)

    /// Three failures in five runs, for seven days.
    public init() {}
}
