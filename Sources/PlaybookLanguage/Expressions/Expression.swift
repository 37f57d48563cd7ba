public import SourceText

/// A typed question without side effects: `inputs.assets != null and phone.sdk >= 33`.
///
/// It always ends: there are no loops, its size and depth are bounded, and so is the work one evaluation may do.
public struct Expression: Hashable, Sendable {
    let root: Term
    let origin: TextOrigin

    /// Where it stands.
    public var span: SourceSpan { origin.span(of: root.range) }

    /// Longer texts are refused, in bytes.
    static let maximumLength = 4096
    /// Deeper nesting is refused.
    static let maximumDepth = 50

    /// Reads an expression that stands bare in a scalar.
    ///
    /// - Throws: `syntax` with the place of the first wrong character.
    init(parsing node: Node) throws(PlaybookError) {
        let origin = node.origin
        self = try Expression(parsing: 0..<origin.text.utf8.count, of: origin)
    }

    /// Reads an expression from a part of a scalar's text.
    init(parsing range: Range<Int>, of origin: TextOrigin) throws(PlaybookError) {
        guard range.count <= Self.maximumLength else {
            throw PlaybookError(
                .tooLarge, "an expression has at most \(Self.maximumLength) bytes", at: origin.span(of: range))
        }
        do {
            var parser = try ExpressionParser(bytes: Array(origin.text.utf8), range: range)
            root = try parser.whole()
            self.origin = origin
        } catch {
            throw PlaybookError(error.code, error.message, at: origin.span(of: error.range), help: error.help)
        }
    }

    /// What the expression is worth on one phone; ``Value/unknown`` where only the run will show.
    ///
    /// - Throws: `unknownName`, `wrongType`, `arithmetic` or `tooLarge`, pointing into the text.
    public func value(in scope: Scope) throws(PlaybookError) -> Value {
        var evaluation = Evaluation(scope: scope)
        return try evaluation.value(of: self)
    }
}

/// One node of an expression's tree, with its place in the text.
struct Term: Hashable, Sendable {
    indirect enum Shape: Hashable, Sendable {
        case literal(Value)
        case list([Term])
        case map([Member])
        /// A bare word: one of the roots.
        case name(String)
        case field(Term, String)
        case index(Term, Term)
        case not(Term)
        case negative(Term)
        case binary(Operator, Term, Term)
        case call(Function, [Term])
        /// `value if condition else otherwise`, the condition first.
        case choice(Term, Term, Term)
        /// A pattern that was a literal, compiled while reading.
        case matches(Term, Pattern)
    }

    /// One entry of a mapping.
    struct Member: Hashable, Sendable {
        let name: String
        let value: Term
    }

    let shape: Shape
    /// UTF-8 bytes of the scalar's text.
    let range: Range<Int>
}

enum Operator: String, Hashable, Sendable {
    case or, and
    case equal = "=="
    case notEqual = "!="
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="
    case isIn = "in"
    case notIn = "not in"
    case matches
    case add = "+"
    case subtract = "-"
    case multiply = "*"
    case divide = "/"
    case remainder = "%"

    /// How tightly it binds; larger is tighter.
    var strength: Int {
        switch self {
        case .or: 1
        case .and: 2
        case .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual, .isIn, .notIn, .matches: 4
        case .add, .subtract: 5
        case .multiply, .divide, .remainder: 6
        }
    }
}

/// A mistake in an expression, placed in bytes of the scalar's text.
struct TermError: Error {
    let code: PlaybookError.Code
    let message: String
    let range: Range<Int>
    let help: String?

    init(_ code: PlaybookError.Code, _ message: String, at range: Range<Int>, help: String? = nil) {
        self.code = code
        self.message = message
        self.range = range
        self.help = help
    }
}
