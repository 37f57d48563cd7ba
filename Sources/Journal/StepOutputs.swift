public import Farm

/// A small typed value that a step gives to the expressions after it.
public enum OutputValue: Hashable, Sendable {
    /// Text.
    case text(String)
    /// A whole number.
    case integer(Int)
    /// A number with a fraction.
    case number(Double)
    /// Yes or no.
    case boolean(Bool)
    /// Several values in order.
    indirect case list([OutputValue])
    /// Values by name.
    indirect case map([String: OutputValue])
    /// Nothing.
    case null
}

/// A long text that was put aside under its content hash.
public struct StoredOutput: Hashable, Sendable {
    /// The hash that names the file in the run folder's `outputs/`.
    public let hash: String
    /// Size in bytes.
    public let size: Int
    /// The beginning of the text, for a reader who has no run folder at hand.
    public let head: String

    /// Makes a reference to a stored text.
    public init(hash: String, size: Int, head: String) {
        self.hash = hash
        self.size = size
        self.head = head
    }
}

/// A text that a command printed: inline while it is short, by hash when it is long.
public enum OutputText: Hashable, Sendable, ExpressibleByStringLiteral {
    /// The whole text.
    case inline(String)
    /// Where the whole text is.
    indirect case stored(StoredOutput)

    /// Makes an inline text.
    public init(stringLiteral value: String) { self = .inline(value) }

    /// The text, or as much of it as stands in the journal.
    public var text: String {
        switch self {
        case .inline(let text): text
        case .stored(let stored): stored.head
        }
    }

    /// Size of the whole text in bytes.
    public var size: Int {
        switch self {
        case .inline(let text): text.utf8.count
        case .stored(let stored): stored.size
        }
    }

    /// Whether there is no text at all.
    public var isEmpty: Bool { size == 0 }
}

/// What a step brought back.
public struct StepOutputs: Hashable, Sendable {
    /// What the step kind declares, by name.
    public var values: [String: OutputValue]
    /// The command's exit code, when there was a command and its code is known.
    public var exit: Int?
    /// Where ``exit`` came from.
    public var exitSource: CommandResult.ExitSource?
    /// What the command wrote to its standard output.
    public var output: OutputText
    /// What the command wrote to its standard error; empty when the phone cannot tell the two apart.
    public var error: OutputText
    /// Whether more was printed than was kept.
    public var truncated: Bool
    /// Why there was nothing to do, or why the work was due.
    public var reason: String?
    /// The cases of a test run, in the order in which they ran.
    public var cases: [TestCase]

    /// Makes outputs; everything may be left out.
    public init(
        values: [String: OutputValue] = [:],
        exit: Int? = nil,
        exitSource: CommandResult.ExitSource? = nil,
        output: OutputText = .inline(""),
        error: OutputText = .inline(""),
        truncated: Bool = false,
        reason: String? = nil,
        cases: [TestCase] = []
    ) {
        self.values = values
        self.exit = exit
        self.exitSource = exitSource
        self.output = output
        self.error = error
        self.truncated = truncated
        self.reason = reason
        self.cases = cases
    }
}
