import Glibc

/// Why a journal could not be written or read.
public struct JournalError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What went wrong, for decisions.
    public struct Code: Hashable, Sendable {
        private enum Value { case notWritable, notReadable, noSpace, newer, notAJournal, damaged, isRunning }
        private let value: Value

        /// The file or folder could not be made or written.
        public static var notWritable: Self { Self(value: .notWritable) }
        /// The file could not be opened or read.
        public static var notReadable: Self { Self(value: .notReadable) }
        /// The disk, or the share of it that this user may have, is full.
        public static var noSpace: Self { Self(value: .noSpace) }
        /// The journal was written by a later drover.
        public static var newer: Self { Self(value: .newer) }
        /// A line in the middle of the journal is not what was written.
        public static var damaged: Self { Self(value: .damaged) }
        /// The run is going on in another process.
        public static var isRunning: Self { Self(value: .isRunning) }
        /// The file holds no line of a journal.
        public static var notAJournal: Self { Self(value: .notAJournal) }
    }

    /// The kind of failure.
    public let code: Code
    /// What was being done: `write runs/2026-11-20-brave-otter/journal.jsonl`.
    public let operation: String
    /// The cause, in words for people.
    public let reason: String
    /// The system's number for it, when it was the system that refused.
    public let systemErrno: CInt?

    init(_ code: Code, operation: String, reason: String) {
        self.code = code
        self.operation = operation
        self.reason = reason
        systemErrno = nil
    }

    /// Takes the system's word for it.
    public init(_ code: Code, operation: String, errno number: CInt) {
        let isFull = number == ENOSPC || number == EDQUOT
        self.code = isFull ? .noSpace : code
        self.operation = operation
        reason = String(cString: strerror(number)).lowercased()
        systemErrno = number
    }

    /// `operation: reason`.
    public var description: String { "\(operation): \(reason)" }
}
