/// What a phone's service would not do, or did not tell.
///
/// The phone is not to blame: it was never asked, or its service answered for it.
public struct ServiceError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is known of what was asked.
    public enum Outcome: Hashable, Sendable {
        /// It was not done, and would be refused again.
        case refused
        /// It was not done, and may be done a little later.
        case refusedForNow
        /// Nobody knows whether it was done, or still will be.
        case unknown
    }

    /// The code of what nobody knows the outcome of.
    public static let unknownOutcome = "unknown"

    /// The service's own code, such as `CPS.0141`, or a word of ours: `frozen`, `not-running`, `content`.
    public let code: String
    /// What was being done: `install com.studio.game`.
    public let operation: String
    /// The cause in words, with the service's code and the request's id where there are any.
    public let reason: String
    /// What to do about it, in one line.
    public let advice: String?
    /// What is known of what was asked.
    public let outcome: Outcome

    /// Describes one failure.
    public init(_ code: String, operation: String, reason: String, advice: String? = nil, outcome: Outcome = .refused) {
        self.code = code
        self.operation = operation
        self.reason = reason
        self.advice = advice
        self.outcome = outcome
    }

    /// `operation: reason`.
    public var description: String { "\(operation): \(reason)" }
}
