import Glibc
import Lanes

/// A link that could not be made, was lost, or broke the protocol; a phone that says no is an answer and not this.
public struct ADBError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What went wrong, for decisions; the texts are for people.
    public struct Code: Hashable, Sendable {
        private enum Value {
            case refused, noRoute, connectTimedOut, notADB, protocolViolation, tlsRequired, unauthorized, noSuchPhone
            case phoneNotReady, lost, timedOut, closed, serviceRefused, phoneSaid, unsupported, localFailure
        }
        private let value: Value

        /// The port is closed.
        public static var refused: Self { .init(value: .refused) }
        /// The address cannot be reached, or the name has no address.
        public static var noRoute: Self { .init(value: .noRoute) }
        /// Nobody answered while connecting.
        public static var connectTimedOut: Self { .init(value: .connectTimedOut) }
        /// Something answers, but not ADB.
        public static var notADB: Self { .init(value: .notADB) }
        /// The other side broke the protocol: a bad magic, a length beyond the limit, an answer to no question.
        public static var protocolViolation: Self { .init(value: .protocolViolation) }
        /// The phone speaks only TLS on this port (wireless debugging).
        public static var tlsRequired: Self { .init(value: .tlsRequired) }
        /// The phone does not accept any of the keys at hand.
        public static var unauthorized: Self { .init(value: .unauthorized) }
        /// The adb server does not know the phone.
        public static var noSuchPhone: Self { .init(value: .noSuchPhone) }
        /// The adb server knows the phone, but cannot use it now: offline, unauthorized.
        public static var phoneNotReady: Self { .init(value: .phoneNotReady) }
        /// The connection ended while an answer was due.
        public static var lost: Self { .init(value: .lost) }
        /// The link's own limit for one exchange has passed.
        public static var timedOut: Self { .init(value: .timedOut) }
        /// The link was closed on our side before.
        public static var closed: Self { .init(value: .closed) }
        /// The phone refused to open the service.
        public static var serviceRefused: Self { .init(value: .serviceRefused) }
        /// The phone answered with a refusal where no refusal can be returned.
        public static var phoneSaid: Self { .init(value: .phoneSaid) }
        /// The phone's version cannot do what was asked.
        public static var unsupported: Self { .init(value: .unsupported) }
        /// Something on this machine failed: a key file, a sink that cannot write.
        public static var localFailure: Self { .init(value: .localFailure) }
    }

    /// The kind of failure.
    public let code: Code
    /// What was being done, such as `connect to 10.0.4.11:5555`.
    public let operation: String
    /// The cause in words for people; may hold the phone's own words, so it is not safe to print as it is.
    public let reason: String
    /// The system's number, when the system gave one.
    public let systemErrno: CInt?
    /// Whether the request may have reached the phone; `false` means that repeating is harmless.
    public let mayHaveBeenSent: Bool
    /// What to do about it, where whoever carries the link knows better than the link; nil otherwise.
    public let advice: String?

    /// Describes one failure.
    public init(
        _ code: Code, _ operation: String, _ reason: String, systemErrno: CInt? = nil, mayHaveBeenSent: Bool = true,
        advice: String? = nil
    ) {
        self.code = code
        self.operation = operation
        self.reason = reason
        self.systemErrno = systemErrno
        self.mayHaveBeenSent = mayHaveBeenSent
        self.advice = advice
    }

    /// A failed system call while connecting; nothing can have been sent.
    static func connecting(_ operation: String, _ error: StreamFailure) -> ADBError {
        let code: Code =
            switch error.errno {
            case ECONNREFUSED: .refused
            case ENETUNREACH, EHOSTUNREACH, ENETDOWN, EHOSTDOWN, EADDRNOTAVAIL, EACCES, EPERM, EINVAL: .noRoute
            case ETIMEDOUT: .connectTimedOut
            case EMFILE, ENFILE, ENOBUFS, ENOMEM: .localFailure
            default: .lost
            }
        return ADBError(
            code, operation, error.reason, systemErrno: error.errno, mayHaveBeenSent: false, advice: error.advice)
    }

    /// The same failure, as another operation met it.
    func during(_ operation: String, mayHaveBeenSent: Bool) -> ADBError {
        ADBError(
            code, operation, reason, systemErrno: systemErrno, mayHaveBeenSent: mayHaveBeenSent, advice: advice)
    }

    /// `operation: reason`.
    public var description: String { "\(operation): \(reason)" }
}
