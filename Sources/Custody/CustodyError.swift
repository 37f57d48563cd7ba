import Lanes

/// Why the books of leases or of quarantine could not be used.
public struct CustodyError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What went wrong, for decisions.
    public struct Code: Hashable, Sendable {
        private enum Value { case badPlace, notReadable, notWritable, busy }
        private let value: Value

        /// The folder is not one that can be trusted with it.
        public static var badPlace: Self { Self(value: .badPlace) }
        /// What is there could not be read.
        public static var notReadable: Self { Self(value: .notReadable) }
        /// What is there could not be changed.
        public static var notWritable: Self { Self(value: .notWritable) }
        /// Somebody keeps the book locked for far longer than anything in it takes.
        public static var busy: Self { Self(value: .busy) }
    }

    /// The kind of failure.
    public let code: Code
    /// What was being done: `open the lease book /var/tmp/drover-leases`.
    public let operation: String
    /// The cause, in words for people.
    public let reason: String
    /// What to do about it; nil when there is nothing sensible to say.
    public let advice: String?

    /// Describes a failure.
    public init(_ code: Code, operation: String, reason: String, advice: String? = nil) {
        self.code = code
        self.operation = operation
        self.reason = reason
        self.advice = advice
    }

    /// Describes a system call that failed.
    init(_ code: Code, operation: String, _ failure: SystemError, advice: String? = nil) {
        self.init(code, operation: operation, reason: failure.reason.lowercased(), advice: advice)
    }

    /// `operation: reason; advice`.
    public var description: String { "\(operation): \(reason)" + (advice.map { "; \($0)" } ?? "") }
}
