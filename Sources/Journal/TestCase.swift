/// What became of one case of a test run on a phone.
public struct TestCase: Hashable, Sendable {
    /// How it went.
    public enum Result: String, Hashable, Sendable, CaseIterable {
        /// It did what it should.
        case passed
        /// An assertion did not hold.
        case failed
        /// It broke off, or the process did while it ran.
        case errored
        /// It was not to be run.
        case ignored
        /// The test run ended before its turn.
        case notRun = "not-run"
    }

    /// The class it belongs to, with its package.
    public var suite: String
    /// The method.
    public var name: String
    /// How it went, the last time it was run.
    public var result: Result
    /// How long it took; nil when nobody knows.
    public var milliseconds: Int64?
    /// What it complained about, in one line.
    public var message: String?
    /// The stack trace.
    public var trace: String?
    /// Whether it passed only when it was run again.
    public var isFlaky: Bool

    /// Describes a case.
    public init(
        suite: String, name: String, result: Result, milliseconds: Int64? = nil, message: String? = nil,
        trace: String? = nil, isFlaky: Bool = false
    ) {
        self.suite = suite
        self.name = name
        self.result = result
        self.milliseconds = milliseconds
        self.message = message
        self.trace = trace
        self.isFlaky = isFlaky
    }
}
