import Curl
import SourceText

/// Why an object store did not do what it was asked for.
public struct ObjectStorageError: Error, Hashable, Sendable {
    /// The kinds of failure that a caller may want to tell apart.
    public struct Code: Hashable, Sendable {
        private enum Value {
            case invalidRequest, noAnswer, refused, forbidden, notFound, wrongRegion, clockSkew, changed, wrongContent
            case badAnswer, file, overLimit
        }
        private let value: Value

        /// What was asked for cannot be asked.
        public static var invalidRequest: Self { .init(value: .invalidRequest) }
        /// The store could not be reached, or kept failing.
        public static var noAnswer: Self { .init(value: .noAnswer) }
        /// The store said no.
        public static var refused: Self { .init(value: .refused) }
        /// The keys are wrong, or may not do this.
        public static var forbidden: Self { .init(value: .forbidden) }
        /// There is no such bucket, object or upload.
        public static var notFound: Self { .init(value: .notFound) }
        /// The bucket is in another region than the one that was asked.
        public static var wrongRegion: Self { .init(value: .wrongRegion) }
        /// This machine's clock and the store's are too far apart.
        public static var clockSkew: Self { .init(value: .clockSkew) }
        /// The object, or the file here, changed while it travelled.
        public static var changed: Self { .init(value: .changed) }
        /// What arrived is not what was sent.
        public static var wrongContent: Self { .init(value: .wrongContent) }
        /// The store contradicts itself, or answers in no known form.
        public static var badAnswer: Self { .init(value: .badAnswer) }
        /// A file here cannot be read or written.
        public static var file: Self { .init(value: .file) }
        /// It is larger than the store takes, or than the caller allowed.
        public static var overLimit: Self { .init(value: .overLimit) }
    }

    /// The kind of failure.
    public let code: Code
    /// What was being done: `put obs://bucket/key`.
    public let operation: String
    /// Why it failed.
    public let reason: String
    /// What to do about it, where that is known.
    public let advice: String?
    /// The status of the answer that said no; nil when none did.
    public let status: Int?
    /// The store's own word, such as `NoSuchKey`; nil when it gave none.
    public let serviceCode: String?
    /// The request's number in the store's log; nil when it gave none.
    public let requestID: String?
    /// Whether the same request may do a little later.
    public let isPassing: Bool

    /// Notes a failure; texts are made safe for terminals and cut to a length that a line bears.
    public init(
        _ code: Code, _ operation: String, _ reason: String, advice: String? = nil, status: Int? = nil,
        serviceCode: String? = nil, requestID: String? = nil, isPassing: Bool = false
    ) {
        self.code = code
        self.operation = terminalSafe(String(operation.prefix(1200)))
        self.reason = terminalSafe(String(reason.prefix(600)))
        self.advice = advice.map { terminalSafe(String($0.prefix(600))) }
        self.status = status
        self.serviceCode = serviceCode.map { terminalSafe(String($0.prefix(80))) }
        self.requestID = requestID.map { terminalSafe(String($0.prefix(80))) }
        self.isPassing = isPassing
    }

    /// A request that has no answer.
    init(_ error: HTTPError, _ operation: String) {
        let code: Code =
            switch error.code {
            case .unreadableBody: .file
            case .invalidRequest: .invalidRequest
            case .badAnswer, .badRedirection, .overLimit: .badAnswer
            default: .noAnswer
            }
        self.init(code, operation, error.reason, advice: error.advice, isPassing: error.isPassing)
    }

    /// The same failure, seen from a larger operation.
    func during(_ operation: String) -> Self {
        Self(
            code, operation, reason, advice: advice, status: status, serviceCode: serviceCode, requestID: requestID,
            isPassing: isPassing)
    }
}

extension ObjectStorageError: CustomStringConvertible {
    /// One line: the operation, the reason, the store's own code and request number, and what to do.
    public var description: String { "\(operation): \(reasonWithMarks)" + (advice.map { "; \($0)" } ?? "") }

    /// The reason with the store's own code and request number.
    var reasonWithMarks: String {
        let status = status.map { "HTTP \($0)" }
        let marks = [status, serviceCode, requestID.map { "request \($0)" }].compactMap(\.self)
        return reason + (marks.isEmpty ? "" : " (\(marks.joined(separator: ", ")))")
    }
}
