/// Something that goes wrong with calls, whoever makes them.
public struct CloudFault: Sendable, Hashable {
    /// What goes wrong.
    public enum Kind: Sendable, Hashable {
        /// Flow control refuses the call with 429.
        case throttled
        /// The call is answered with this status of the 500s, and nothing was done.
        case failsBefore(status: Int)
        /// The call is answered with this status of the 500s, although all was done.
        case failsAfter(status: Int)
        /// The connection is closed without an answer, although all was done.
        case dropsAnswer
        /// The answer is no JSON.
        case malformed
        /// The answer ends in the middle.
        case truncated
        /// The answer sends the client to another address.
        case redirect(to: String)
        /// So many blanks stand in front of the answer.
        case huge(bytes: Int)
        /// The answer comes so much later.
        case late(Duration)
        /// The answer says no with this code, although its status is one of success; nothing was done.
        case saysNo(code: String)
        /// The caller's token has died.
        case tokenDies
    }

    /// What goes wrong.
    public var kind: Kind
    /// The operations it happens to, by their names; nil for all.
    public var operations: Set<String>?
    /// How many calls go well before.
    public var after: Int
    /// How many calls it happens to.
    public var times: Int

    /// Describes a fault; by default it happens to the next call.
    public init(_ kind: Kind, operations: Set<String>? = nil, after: Int = 0, times: Int = 1) {
        self.kind = kind
        self.operations = operations
        self.after = after
        self.times = times
    }
}

/// Something that goes wrong with one phone's jobs.
public enum CloudPhoneFault: Sendable, Hashable {
    /// Calls refuse the phone at once with this code, such as `CPS.0042`.
    case refused(code: String)
    /// Jobs end as failed with this code, and nothing is done.
    case fails(code: String)
    /// Jobs take so many times longer.
    case slow(factor: Int)
    /// Jobs are never seen to end, and do nothing; others of the server go on.
    case endless
    /// The phone is frozen, since somebody has not paid.
    case frozen
}

/// What the service refuses to all of an account.
public enum AccountRestriction: String, Sendable, Hashable {
    /// The balance is too low.
    case balance = "CPS.0006"
    /// The account is suspended.
    case suspended = "CPS.0007"
    /// Nobody has verified who owns it.
    case unverified = "CPS.0008"
}
