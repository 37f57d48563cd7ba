/// Why a phone could not be reached, or was lost while an answer was due.
///
/// A phone that *says no* (a refused install, a path that does not exist) is an answer and never this error.
public struct PhoneError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What went wrong, for decisions; the texts are for people.
    public struct Code: Hashable, Sendable {
        private enum Value { case unreachable, unauthorized, notAPhone, lost, timedOut, unsupported, held }
        private let value: Value

        /// Nothing answers at the address: refused, no route, or silence while connecting.
        public static var unreachable: Self { Self(value: .unreachable) }
        /// The phone does not accept any of the keys at hand.
        public static var unauthorized: Self { Self(value: .unauthorized) }
        /// Something answers, but it does not speak ADB as the protocol says.
        public static var notAPhone: Self { Self(value: .notAPhone) }
        /// The connection ended while an answer was due.
        public static var lost: Self { Self(value: .lost) }
        /// The link's own limit for one exchange has passed.
        public static var timedOut: Self { Self(value: .timedOut) }
        /// Somebody else has it, as a lease on the phone itself says.
        public static var held: Self { Self(value: .held) }
        /// No way in of this phone can do what was asked.
        public static var unsupported: Self { Self(value: .unsupported) }
    }

    /// The kind of failure.
    public let code: Code
    /// What was being done: `connect to 10.0.4.11:5555`, `push app.apk to /data/local/tmp`.
    public let operation: String
    /// The cause, in words for people, such as `connection refused`.
    public let reason: String
    /// What to do about it, in one line; nil when there is nothing sensible to say.
    public let advice: String?
    /// Whether the request may have reached the phone before the failure.
    ///
    /// `false` means that repeating is harmless, whatever the step.
    public let mayHaveBeenSent: Bool
    /// Whether it is the trouble of the host that the phone is behind, for which no phone is blamed.
    public let isHosts: Bool

    /// Describes one failure.
    public init(
        _ code: Code, operation: String, reason: String, advice: String? = nil, mayHaveBeenSent: Bool = true,
        isHosts: Bool = false
    ) {
        self.code = code
        self.operation = operation
        self.reason = reason
        self.advice = advice
        self.mayHaveBeenSent = mayHaveBeenSent
        self.isHosts = isHosts
    }

    /// The same failure, as the trouble of the host that a phone is behind.
    public var ofHost: PhoneError {
        PhoneError(
            code, operation: operation, reason: reason, advice: advice, mayHaveBeenSent: mayHaveBeenSent, isHosts: true)
    }

    /// `operation: reason`.
    public var description: String { "\(operation): \(reason)" }
}
