import SourceText

/// Why a request has no answer.
///
/// A status such as 404 is an answer and no error.
public struct HTTPError: Error, Hashable, Sendable {
    /// The kinds of failure that a caller may want to tell apart.
    public struct Code: Hashable, Sendable {
        private enum Value {
            case invalidRequest, unreachable, timedOut, insecure, connectionLost, cutShort, overLimit
            case badRedirection, badAnswer, unreadableBody, unavailable
        }
        private let value: Value

        /// The address or a header field cannot be sent.
        public static var invalidRequest: Self { .init(value: .invalidRequest) }
        /// The name is unknown, or nobody answers there.
        public static var unreachable: Self { .init(value: .unreachable) }
        /// A limit has passed.
        public static var timedOut: Self { .init(value: .timedOut) }
        /// The server could not prove who it is, or would not speak TLS.
        public static var insecure: Self { .init(value: .insecure) }
        /// The connection ended before the answer came.
        public static var connectionLost: Self { .init(value: .connectionLost) }
        /// The answer ended before it was whole.
        public static var cutShort: Self { .init(value: .cutShort) }
        /// More came back than the limits allow.
        public static var overLimit: Self { .init(value: .overLimit) }
        /// The server sent the client in circles, or to a place where it does not go.
        public static var badRedirection: Self { .init(value: .badRedirection) }
        /// What came back is no HTTP.
        public static var badAnswer: Self { .init(value: .badAnswer) }
        /// The file that was to be sent cannot be read, or changed meanwhile.
        public static var unreadableBody: Self { .init(value: .unreadableBody) }
        /// This machine is short of something.
        public static var unavailable: Self { .init(value: .unavailable) }
    }

    /// The kind of failure.
    public let code: Code
    /// What was being done: `GET https://host/path`, without passwords and without the query.
    public let operation: String
    /// Why it failed, in plain words and the library's own where it gave any.
    public let reason: String
    /// What to do about it, where that is known.
    public let advice: String?

    /// Notes a failure; texts are made safe for terminals and cut to a length that a line bears.
    public init(_ code: Code, _ operation: String, _ reason: String, advice: String? = nil) {
        self.code = code
        self.operation = operation
        self.reason = terminalSafe(String(reason.prefix(400)))
        self.advice = advice
    }

    /// Whether the same request may have an answer a little later.
    public var isPassing: Bool {
        [.unreachable, .timedOut, .connectionLost, .cutShort].contains(code)
    }
}

extension HTTPError: CustomStringConvertible {
    /// One line: the operation, the reason, and what to do.
    public var description: String { "\(operation): \(reason)" + (advice.map { "; \($0)" } ?? "") }
}
