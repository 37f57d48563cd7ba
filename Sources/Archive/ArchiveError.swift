/// Why an archive cannot be read, unpacked or written.
public struct ArchiveError: Error, Hashable, Sendable {
    /// The kinds of failure that a caller may want to tell apart.
    public struct Code: Hashable, Sendable {
        private enum Value {
            case cannotOpen, damaged, overLimit, unsupported, passwordNeeded, wrongPassword, wrongSize, cannotWrite
        }
        private let value: Value

        /// The file cannot be opened, or it is no archive of a kind that was asked for.
        public static var cannotOpen: Self { .init(value: .cannotOpen) }
        /// The archive ends too early, contradicts itself, or uses something that cannot be read.
        public static var damaged: Self { .init(value: .damaged) }
        /// The archive holds more than the limits allow.
        public static var overLimit: Self { .init(value: .overLimit) }
        /// The format has no place for what was to be written, such as a name that is too long for it.
        public static var unsupported: Self { .init(value: .unsupported) }
        /// The content is encrypted and no password was given.
        public static var passwordNeeded: Self { .init(value: .passwordNeeded) }
        /// The content is encrypted with another password than the one given.
        public static var wrongPassword: Self { .init(value: .wrongPassword) }
        /// A file to be packed had more or fewer bytes than its entry said: it changed meanwhile.
        public static var wrongSize: Self { .init(value: .wrongSize) }
        /// What was packed or unpacked cannot be put down: no space, no permission, a broken pipe.
        public static var cannotWrite: Self { .init(value: .cannotWrite) }
    }

    /// The kind of failure.
    public let code: Code
    /// What was being done, such as "read the next entry".
    public let operation: String
    /// Why it failed, in the library's words where it gave any; what an archive says is quoted as it is.
    public let reason: String

    /// Makes a failure, for those who give blocks to a reader or take them from a writer.
    public init(_ code: Code, _ operation: String, reason: String) {
        self.code = code
        self.operation = operation
        self.reason = reason
    }
}

extension ArchiveError: CustomStringConvertible {
    /// One line: the operation and the reason.
    public var description: String { "\(operation): \(reason)" }
}
