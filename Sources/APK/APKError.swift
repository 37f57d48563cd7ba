/// Why an app cannot be used.
public struct APKError: Error, Hashable, Sendable {
    /// The kinds of failure that a caller may want to tell apart.
    public struct Code: Hashable, Sendable {
        private enum Value {
            case cannotRead, empty, notZip, truncated, damaged, noManifest, badManifest, notSigned, badSignature
            case emptyBundle, mixedBundle, unsupported
        }
        private let value: Value

        /// The file cannot be opened or read.
        public static var cannotRead: Self { .init(value: .cannotRead) }
        /// The file has no bytes.
        public static var empty: Self { .init(value: .empty) }
        /// The file is no zip archive.
        public static var notZip: Self { .init(value: .notZip) }
        /// The file begins as a zip archive and ends too early.
        public static var truncated: Self { .init(value: .truncated) }
        /// The zip archive contradicts itself.
        public static var damaged: Self { .init(value: .damaged) }
        /// There is no `AndroidManifest.xml`.
        public static var noManifest: Self { .init(value: .noManifest) }
        /// The `AndroidManifest.xml` cannot be read, or says what Android would refuse.
        public static var badManifest: Self { .init(value: .badManifest) }
        /// There is no signature of any scheme.
        public static var notSigned: Self { .init(value: .notSigned) }
        /// There is a signature that cannot be read.
        public static var badSignature: Self { .init(value: .badSignature) }
        /// A folder or bundle without any APK, or without a base.
        public static var emptyBundle: Self { .init(value: .emptyBundle) }
        /// Parts that do not belong together.
        public static var mixedBundle: Self { .init(value: .mixedBundle) }
        /// A kind of file that is never installed directly.
        public static var unsupported: Self { .init(value: .unsupported) }
    }

    /// The kind of failure.
    public let code: Code
    /// The file or folder, as it was given; for a part of a bundle the part's name follows.
    public let path: String
    /// The rest of the sentence that begins with the path: `is no zip archive`.
    public let reason: String
    /// What to do about it; `nil` when the reason says it all.
    public let advice: String?

    init(_ code: Code, _ path: String, _ reason: String, advice: String? = nil) {
        self.code = code
        self.path = path
        self.reason = reason
        self.advice = advice
    }
}

extension APKError: CustomStringConvertible {
    /// `path reason`.
    public var description: String { "\(path) \(reason)" }
}
