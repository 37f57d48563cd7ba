/// Why a private key file cannot be used.
public struct KeyFileError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The kinds of trouble that a caller may want to tell apart.
    public struct Code: Hashable, Sendable {
        private enum Value { case missing, unreadable, exposed, notAKey, unsupported, broken, locked, wrongPassphrase }
        private let value: Value

        /// There is no such file.
        public static var missing: Self { .init(value: .missing) }
        /// It is no file, too large, empty, or the system does not let us read it.
        public static var unreadable: Self { .init(value: .unreadable) }
        /// Others can read it, or it is not ours.
        public static var exposed: Self { .init(value: .exposed) }
        /// It is something else: a public key, a certificate, a text.
        public static var notAKey: Self { .init(value: .notAKey) }
        /// It is a key in a form, or of a kind, that cannot be used.
        public static var unsupported: Self { .init(value: .unsupported) }
        /// It begins as a key and is damaged.
        public static var broken: Self { .init(value: .broken) }
        /// It needs a passphrase and there is none.
        public static var locked: Self { .init(value: .locked) }
        /// The passphrase does not open it.
        public static var wrongPassphrase: Self { .init(value: .wrongPassphrase) }
    }

    /// The kind of trouble.
    public let code: Code
    /// The file.
    public let path: String
    /// Why it cannot be used, as a part of a sentence: `the key file PATH ...`.
    public let reason: String
    /// What to do about it; nil when nothing sensible can be said.
    public let advice: String?

    init(_ code: Code, _ path: String, _ reason: String, advice: String? = nil) {
        self.code = code
        self.path = path
        self.reason = reason
        self.advice = advice
    }

    /// One line without advice: `the key file PATH can be read by others (mode 0644)`.
    public var sentence: String { "the key file \(path) \(reason)" }

    /// One line: `the key file PATH can be read by others (mode 0644); run: chmod 600 PATH`.
    public var description: String { sentence + (advice.map { "; \($0)" } ?? "") }

    /// A path for a shell line that a person copies.
    static func shellQuoted(_ path: String) -> String {
        let isPlain = path.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default: "/._-+@,:=".utf8.contains(byte)
            }
        }
        return isPlain
            ? path : "'\(path.split(separator: "'", omittingEmptySubsequences: false).joined(separator: #"'\''"#))'"
    }
}

extension SSHError {
    /// A key of ours that cannot be used, as the login that wanted it reports it.
    public init(_ error: KeyFileError, during operation: String) {
        self.init(.badKey, operation, error.sentence, advice: error.advice)
    }
}
