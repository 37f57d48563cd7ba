/// One thing that is wrong, or doubtful, in a text.
public struct Diagnostic: Error, Hashable, Sendable {
    /// How bad it is.
    public enum Severity: String, Hashable, Sendable, Codable, Comparable {
        /// The text cannot be used.
        case error
        /// The text can be used, but probably does not mean what was meant.
        case warning

        /// Errors come before warnings.
        public static func < (left: Self, right: Self) -> Bool { left == .error && right == .warning }
    }

    /// A second place that explains the first, such as the earlier of two equal names.
    public struct Note: Hashable, Sendable {
        /// Where to look.
        public let span: SourceSpan
        /// What is there.
        public let message: String

        /// Explains with another place.
        public init(_ message: String, at span: SourceSpan) {
            self.span = span
            self.message = message
        }
    }

    /// How bad it is.
    public let severity: Severity
    /// A stable identifier of the rule, for example `unknown-key`.
    public let rule: String
    /// What is wrong, in one sentence without a full stop.
    public let message: String
    /// Where; nil for a whole file that could not be read.
    public let span: SourceSpan?
    /// What to do about it, when that is known.
    public let help: String?
    /// Other places that matter.
    public let notes: [Note]

    /// Describes a mistake.
    public init(
        _ severity: Severity = .error,
        rule: String,
        _ message: String,
        at span: SourceSpan?,
        help: String? = nil,
        notes: [Note] = []
    ) {
        self.severity = severity
        self.rule = rule
        self.message = message
        self.span = span
        self.help = help
        self.notes = notes
    }
}

/// Gathers mistakes, so that all of a file are reported together.
public struct Diagnostics: Sendable {
    /// More than this many are counted but not kept.
    public static let limit = 200

    private var kept: [Diagnostic] = []
    private var seen: Set<Diagnostic> = []
    /// How many were left out because there were too many.
    public private(set) var leftOut = 0
    /// Whether at least one is an error.
    public private(set) var hasErrors = false

    /// An empty collection.
    public init() {}

    /// Adds one; the same one is kept once.
    public mutating func add(_ diagnostic: Diagnostic) {
        if diagnostic.severity == .error { hasErrors = true }
        guard kept.count < Self.limit else {
            leftOut += 1
            return
        }
        if seen.insert(diagnostic).inserted { kept.append(diagnostic) }
    }

    /// Adds an error.
    public mutating func error(
        _ rule: String,
        _ message: String,
        at span: SourceSpan?,
        help: String? = nil,
        notes: [Diagnostic.Note] = []
    ) {
        add(Diagnostic(.error, rule: rule, message, at: span, help: help, notes: notes))
    }

    /// Adds a warning.
    public mutating func warning(_ rule: String, _ message: String, at span: SourceSpan?, help: String? = nil) {
        add(Diagnostic(.warning, rule: rule, message, at: span, help: help))
    }

    /// Adds everything another collection holds.
    public mutating func add(contentsOf other: Diagnostics) {
        for diagnostic in other.kept { add(diagnostic) }
        leftOut += other.leftOut
    }

    /// Whether nothing was found.
    public var isEmpty: Bool { kept.isEmpty }

    /// How many errors were found, those left out not counted.
    public var errorCount: Int { kept.count { $0.severity == .error } }

    /// Everything found, by file and place; what has no place comes first.
    public var sorted: [Diagnostic] {
        kept.enumerated().sorted { left, right in
            Self.order(left.element, left.offset) < Self.order(right.element, right.offset)
        }.map(\.element)
    }

    private static func order(_ diagnostic: Diagnostic, _ index: Int) -> (String, Int, Int) {
        (diagnostic.span?.file.name ?? "", diagnostic.span?.range.lowerBound ?? -1, index)
    }
}
