import Lanes
import SourceText

/// Why something could not be packed, hashed or kept.
public struct PackingError: Error, Hashable, Sendable {
    /// The kinds of failure that a caller may want to tell apart.
    public struct Code: Hashable, Sendable {
        private enum Value { case refused, changed, unreadable, unwritable, cancelled }
        private let value: Value

        /// The tree holds something that cannot be packed.
        public static var refused: Self { .init(value: .refused) }
        /// Something changed while it was read.
        public static var changed: Self { .init(value: .changed) }
        /// Something cannot be read.
        public static var unreadable: Self { .init(value: .unreadable) }
        /// What was made cannot be written: the disk is full, or the folder is closed.
        public static var unwritable: Self { .init(value: .unwritable) }
        /// Somebody asked to stop.
        public static var cancelled: Self { .init(value: .cancelled) }
    }

    /// The kind of failure.
    public let code: Code
    /// The file or folder, as it was given or with its folder before it.
    public let path: String
    /// What is the matter, such as `cannot be read: Permission denied`.
    public let reason: String
    /// What to do, when there is something.
    public let advice: String?

    /// Puts a failure into words.
    public init(_ code: Code, path: String, reason: String, advice: String? = nil) {
        self.code = code
        self.path = path
        self.reason = reason
        self.advice = advice
    }
}

extension PackingError: CustomStringConvertible {
    /// `assets/a.png cannot be read: Permission denied`, and what to do; safe for a terminal.
    public var description: String {
        terminalSafe("\(path) \(reason)") + (advice.map { "; \($0)" } ?? "")
    }
}

extension PackingError {
    static func changed(_ path: String) -> Self {
        Self(
            .changed, path: path, reason: "changed while it was packed",
            advice: "let what writes there finish first, then pack again")
    }

    static func unreadable(_ path: String, _ error: SystemError) -> Self {
        Self(.unreadable, path: path, reason: "cannot be read: \(error.reason)")
    }

    static func unwritable(_ path: String, _ error: SystemError) -> Self {
        Self(.unwritable, path: path, reason: "cannot be written: \(error.reason)")
    }

    /// Everything that a scan found wrong, in one line.
    ///
    /// - Parameter problems: At least one.
    public static func refusing(_ problems: [TreeScan.Problem], in path: String) -> Self {
        let shown = problems.prefix(5).map { "\($0.path): \($0.reason)" }.joined(separator: "; ")
        let more = problems.count > 5 ? "; and \(problems.count - 5) more" : ""
        let noun = problems.count == 1 ? "an entry" : "\(problems.count) entries"
        return Self(
            .refused, path: path, reason: "holds \(noun) that cannot be packed: \(shown)\(more)",
            advice: "mend them, or leave them out with --exclude")
    }
}
