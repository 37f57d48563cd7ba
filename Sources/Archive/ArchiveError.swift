/// Why an archive cannot be read.
public struct ArchiveError: Error, Hashable, Sendable {
    /// The kinds of failure that a caller may want to tell apart.
    public struct Code: Hashable, Sendable {
        private enum Value { case cannotOpen, damaged, overLimit }
        private let value: Value

        /// The file cannot be opened, or it is no archive of a kind that was asked for.
        public static var cannotOpen: Self { .init(value: .cannotOpen) }
        /// The archive ends too early, contradicts itself, or uses something that cannot be read.
        public static var damaged: Self { .init(value: .damaged) }
        /// The archive holds more than the limits allow.
        public static var overLimit: Self { .init(value: .overLimit) }
    }

    /// The kind of failure.
    public let code: Code
    /// What was being done, such as "read the next entry".
    public let operation: String
    /// Why it failed, in the library's words where it gave any.
    public let reason: String

    init(_ code: Code, _ operation: String, reason: String) {
        self.code = code
        self.operation = operation
        self.reason = reason
    }
}

extension ArchiveError: CustomStringConvertible {
    /// One line: the operation and the reason.
    public var description: String { "\(operation): \(reason)" }
}
