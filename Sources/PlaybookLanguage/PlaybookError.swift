public import SourceText

/// Something in a playbook, an input or a farm file that cannot be used, found while reading or on a phone.
public struct PlaybookError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What went wrong; a list that can grow.
    public struct Code: Hashable, Sendable {
        private enum Name {
            case syntax, unknownName, wrongType, nullInText, arithmetic, tooLarge, unsafeText, notKnownYet
        }
        private let name: Name
        private init(_ name: Name) { self.name = name }

        /// The text does not follow the grammar.
        public static let syntax = Code(.syntax)
        /// A name that nothing bears.
        public static let unknownName = Code(.unknownName)
        /// A value of another type than is needed, or out of its range.
        public static let wrongType = Code(.wrongType)
        /// Null where a text is needed.
        public static let nullInText = Code(.nullInText)
        /// A division by zero, or a number that does not fit.
        public static let arithmetic = Code(.arithmetic)
        /// A value or a computation beyond the limits.
        public static let tooLarge = Code(.tooLarge)
        /// A text that cannot be put into a shell line at all.
        public static let unsafeText = Code(.unsafeText)
        /// A value that only the run will show, asked for while planning.
        public static let notKnownYet = Code(.notKnownYet)

        var rule: String {
            switch name {
            case .syntax: "expression-syntax"
            case .unknownName: "unknown-name"
            case .wrongType: "wrong-type"
            case .nullInText: "null-in-text"
            case .arithmetic: "arithmetic"
            case .tooLarge: "too-large"
            case .unsafeText: "unsafe-text"
            case .notKnownYet: "not-known-yet"
            }
        }
    }

    /// What went wrong.
    public let code: Code
    /// One sentence without a full stop.
    public let message: String
    /// Where in the text; nil when the value came from nowhere in particular.
    public let span: SourceSpan?
    /// What to do about it, when that is known.
    public let help: String?

    /// Describes an error.
    public init(_ code: Code, _ message: String, at span: SourceSpan? = nil, help: String? = nil) {
        self.code = code
        self.message = message
        self.span = span
        self.help = help
    }

    static func notKnownYet(at span: SourceSpan?) -> PlaybookError {
        PlaybookError(.notKnownYet, "this is known only when the steps before have run", at: span)
    }

    /// `file:line:column: message`.
    public var description: String {
        let place = span.map { "\($0): " } ?? ""
        return place + message + (help.map { "; \($0)" } ?? "")
    }

    /// The same, as one of the mistakes of a file.
    public var diagnostic: Diagnostic { Diagnostic(.error, rule: code.rule, message, at: span, help: help) }
}
