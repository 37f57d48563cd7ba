public import CloudPhone

/// What an instance does (Cloud Phone API, KooPhone).
public enum InstanceStatus: Hashable, Sendable, CustomStringConvertible {
    /// It can be used.
    case ready
    /// It is to be restored from a backup.
    case toBeRestored
    /// It belongs to no user.
    case toBeAssigned
    /// A backup is made.
    case backingUp
    /// It is set back.
    case resetting
    /// It restarts.
    case restarting
    /// It is off.
    case offline
    /// It moves to other hardware.
    case exchanging
    /// It comes back after it had expired.
    case restoring
    /// It did not come back after it had expired.
    case restoreFailed
    /// Its hardware is being looked after.
    case maintenance
    /// A number that the documents do not have.
    case unknown(Int)

    private static let numbered: [(InstanceStatus, String)] = [
        (.ready, "ready"), (.toBeRestored, "to be restored"), (.toBeAssigned, "to be assigned"),
        (.backingUp, "backing up"), (.resetting, "resetting"), (.restarting, "restarting"), (.offline, "offline"),
        (.exchanging, "being exchanged"), (.restoring, "restoring"), (.restoreFailed, "restore failed"),
        (.maintenance, "in maintenance"),
    ]

    /// Reads a number.
    public init(_ number: Int) {
        self = Self.numbered.indices.contains(number) ? Self.numbered[number].0 : .unknown(number)
    }

    /// The state in words.
    public var description: String {
        if case .unknown(let number) = self { return "unknown (\(number))" }
        return Self.numbered.first { $0.0 == self }?.1 ?? ""
    }
}

/// The states of instances.
public struct InstanceStates: AnswerValue {
    /// One of them.
    public struct Entry: AnswerValue {
        /// The instance.
        public let instanceID: String
        /// What it does; nil when the answer does not say.
        public let status: InstanceStatus?

        /// Reads it.
        public init(reading fields: AnswerFields) throws(AnswerFault) {
            instanceID = try fields.name("instance_id")
            status = try fields.integer("status").map { InstanceStatus($0) }
        }
    }

    /// The instances, in the answer's order.
    public let entries: [Entry]

    /// Reads them.
    public init(reading fields: AnswerFields) throws(AnswerFault) {
        entries = try fields.list("status_list", Entry.init(reading:))
    }
}
