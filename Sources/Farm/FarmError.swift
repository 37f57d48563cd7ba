/// A text about the farm that could not be understood, or a farm that contradicts itself.
///
/// The error speaks about one piece of text (an address, a size, a selector ...) and points into it, so that whoever
/// knows the file around that text can draw a caret under the right place.
public struct FarmError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What kind of mistake it is; the list stays open.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        /// The stable word for the code.
        public let description: String

        /// Not `HOST:PORT`.
        public static var badAddress: Self { .init(description: "bad address") }
        /// Not a number with a unit of size.
        public static var badSize: Self { .init(description: "bad size") }
        /// Not the name of an Android package.
        public static var badPackageName: Self { .init(description: "bad package name") }
        /// A path that is not absolute, leaves its root, or cannot be sent.
        public static var badPath: Self { .init(description: "bad path") }
        /// A name that a selector could not spell.
        public static var badName: Self { .init(description: "bad name") }
        /// Brackets that are no range of digits.
        public static var badRange: Self { .init(description: "bad range") }
        /// A range that stands for more names than anybody means.
        public static var tooManyNames: Self { .init(description: "too many names") }
        /// A range of names and a range of addresses that differ in length.
        public static var unevenRanges: Self { .init(description: "uneven ranges") }
        /// Two things of the farm with one name.
        public static var nameClash: Self { .init(description: "name clash") }
        /// A name that nothing in the farm has.
        public static var unknownName: Self { .init(description: "unknown name") }
        /// A phone named where encoders are picked, or the other way round.
        public static var wrongKind: Self { .init(description: "wrong kind") }
        /// Groups that are defined by each other.
        public static var groupCycle: Self { .init(description: "group cycle") }
        /// A phone without any way in.
        public static var noWayIn: Self { .init(description: "no way in") }
        /// A selector without a word in it; it never means all.
        public static var emptySelector: Self { .init(description: "empty selector") }
        /// A selector that does not follow the grammar.
        public static var selectorSyntax: Self { .init(description: "selector syntax") }
        /// `and` beside `or` without parentheses.
        public static var mixedWords: Self { .init(description: "mixed words") }
        /// A limit below 1.
        public static var badLimit: Self { .init(description: "bad limit") }
    }

    /// What kind of mistake it is.
    public let code: Code
    /// The text that was read, or the name that clashed.
    public let text: String
    /// Where in ``text`` the mistake is, in UTF-8 bytes from its beginning; absent when it is the whole.
    public let span: Range<Int>?
    /// One line for people, without the text and without a full stop.
    public let reason: String
    /// What to do about it, one line; absent when nothing useful can be said.
    public let suggestion: String?

    /// Makes an error about `text`.
    public init(_ code: Code, _ text: String, at span: Range<Int>? = nil, _ reason: String, suggestion: String? = nil) {
        self.code = code
        self.text = text
        self.span = span
        self.reason = reason
        self.suggestion = suggestion
    }

    /// The UTF-8 offset of the first wrong byte; 0 when the whole text is wrong.
    public var offset: Int { span?.lowerBound ?? 0 }

    /// The reason and the suggestion in one line.
    public var description: String {
        guard let suggestion else { return reason }
        return "\(reason); \(suggestion)"
    }
}
