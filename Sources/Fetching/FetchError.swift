import Curl
import SourceText

/// Why something could not be fetched.
public struct FetchError: Error, Hashable, Sendable {
    /// The kinds of failure that a caller may want to tell apart.
    public struct Code: Hashable, Sendable {
        private enum Value { case unprotected, noAnswer, refused, wrongChecksum, badAnswer, overLimit, noSpace, file }
        private let value: Value

        /// Plain http without a checksum: nothing would tell what comes.
        public static var unprotected: Self { .init(value: .unprotected) }
        /// The server could not be reached, or kept failing.
        public static var noAnswer: Self { .init(value: .noAnswer) }
        /// The server answered that it does not give it.
        public static var refused: Self { .init(value: .refused) }
        /// The content is not what was expected.
        public static var wrongChecksum: Self { .init(value: .wrongChecksum) }
        /// The server contradicts itself.
        public static var badAnswer: Self { .init(value: .badAnswer) }
        /// It is larger than the limit.
        public static var overLimit: Self { .init(value: .overLimit) }
        /// The disk is full, or would be.
        public static var noSpace: Self { .init(value: .noSpace) }
        /// A file here cannot be read or written.
        public static var file: Self { .init(value: .file) }
    }

    /// The kind of failure.
    public let code: Code
    /// What was being done: `fetch https://host/path`, without passwords and without the query.
    public let operation: String
    /// Why it failed.
    public let reason: String
    /// What to do about it, where that is known.
    public let advice: String?
    /// The status of the answer that said no; nil when none did.
    public let status: Int?

    init(_ code: Code, _ operation: String, _ reason: String, advice: String? = nil, status: Int? = nil) {
        self.code = code
        self.operation = operation
        self.reason = terminalSafe(String(reason.prefix(600)))
        self.advice = advice
        self.status = status
    }

    init(_ error: HTTPError, _ operation: String, attempts: Int) {
        let times = attempts > 1 ? " (attempt \(attempts))" : ""
        let isContradiction = [.badAnswer, .badRedirection, .overLimit].contains(error.code)
        self.init(isContradiction ? .badAnswer : .noAnswer, operation, error.reason + times, advice: error.advice)
    }
}

extension FetchError: CustomStringConvertible {
    /// One line: the operation, the reason, and what to do.
    public var description: String { "\(operation): \(reason)" + (advice.map { "; \($0)" } ?? "") }
}
