import Curl
import SourceText

/// Why a call of the cloud service has no answer that is of use.
public struct CloudError: Error, Hashable, Sendable {
    /// The kinds of failure that a caller may want to tell apart.
    public enum Kind: String, Hashable, Sendable {
        /// An account, a value or a file of the caller cannot be used; nothing was sent.
        case badRequest = "bad-request"
        /// The service says no.
        case refused
        /// The user may not do this.
        case notAllowed = "not-allowed"
        /// Nobody has paid: account, phone or encode service are frozen.
        case frozen
        /// Too many calls, and waiting did not help.
        case throttled
        /// The service does not take the account's password, keys or token.
        case login
        /// No answer came, or none that is whole.
        case unreachable
        /// The service failed.
        case serviceFailure = "service-failure"
        /// The service sent the client elsewhere.
        case redirected
        /// The answer is not what the service's documents say.
        case badAnswer = "bad-answer"
    }

    /// The kind of failure.
    public let kind: Kind
    /// What was being done: `InstallApk`, `log in to iam.example.com`.
    public let operation: String
    /// Why it failed, in plain words and the service's own where it gave any.
    public let reason: String
    /// The answer's status; nil when there was none.
    public let status: Int?
    /// What the service said; nil when it said nothing that can be read.
    public let fault: ServiceFault?
    /// What to do about it, where that is known.
    public let advice: String?
    /// Whether the call may have been run all the same, so that its outcome is unknown.
    public internal(set) var mayHaveRun: Bool
    /// Whether the same call may succeed, and when.
    public let retry: FaultRule.Retry

    /// Notes a failure.
    public init(
        _ kind: Kind, _ operation: String, _ reason: String, status: Int? = nil, fault: ServiceFault? = nil,
        advice: String? = nil, mayHaveRun: Bool = false, retry: FaultRule.Retry = .never
    ) {
        self.kind = kind
        self.operation = operation
        self.reason = terminalSafe(String(reason.prefix(400)))
        self.status = status
        self.fault = fault
        self.advice = advice
        self.mayHaveRun = mayHaveRun
        self.retry = retry
    }

    /// Notes that HTTP gave no answer.
    ///
    /// - Parameter mayHaveRun: Whether the request, if it was sent, may have done something.
    init(_ operation: String, _ error: HTTPError, mayHaveRun: Bool) {
        self.init(
            error.code == .invalidRequest ? .badRequest : .unreachable, operation,
            "\(error.operation): \(error.reason)", advice: error.advice, mayHaveRun: mayHaveRun && error.wasPerhapsSent,
            retry: error.isPassing ? .later : .never)
    }

    /// The service's own code, such as `CPS.0141`.
    public var code: String? { fault?.code }

    /// The service's id of the call.
    public var requestID: String? { fault?.requestID }

    /// Whether the same call may succeed a little later, without anybody changing anything.
    public var isPassing: Bool { retry == .later || retry == .throttled || retry == .whenReady }
}

extension HTTPError {
    /// Whether the request may have left this machine before it failed.
    ///
    /// A time limit does not say in which phase it passed, so it counts as sent.
    var wasPerhapsSent: Bool { ![.invalidRequest, .unreachable, .insecure].contains(code) }
}

extension CloudError: CustomStringConvertible {
    /// One line: the operation, the reason, code, status and request, and what to do.
    public var description: String {
        // The identity service's codes are its statuses.
        let ownCode = code == status.map { String($0) } ? nil : code
        let marks = [ownCode, status.map { "status \($0)" }, requestID.map { "request \($0)" }].compactMap { $0 }
        return "\(operation): \(reason)" + (marks.isEmpty ? "" : " (\(marks.joined(separator: ", ")))")
            + (mayHaveRun ? "; it may have been done all the same" : "") + (advice.map { "; \($0)" } ?? "")
    }
}
