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
    /// The stack trace; a long one is cut when it goes into a journal.
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

extension JournalEvent {
    /// The event with test cases of bounded length.
    var cappingTestCases: JournalEvent {
        guard case .stepEnded(let target, let path, var end) = body, !end.outputs.cases.isEmpty else { return self }
        end.outputs.cases = TestCaseLimits.capping(end.outputs.cases)
        return JournalEvent(time: time, .stepEnded(target, path, end))
    }
}

/// How much of test cases a journal keeps; an app that fails every test with a long trace must not fill the disk.
enum TestCaseLimits {
    private static let nameLimit = 512
    private static let messageLimit = 2048
    private static let traceLimit = 8192
    /// When the traces of one step have come to this much together, the others are cut to ``shortTraceLimit``.
    private static let traceBudget = 1 << 20
    private static let shortTraceLimit = 256

    /// The cases with texts of bounded length.
    static func capping(_ cases: [TestCase]) -> [TestCase] {
        var budget = traceBudget
        return cases.map { test in
            var test = test
            test.suite = cut(test.suite, nameLimit)
            test.name = cut(test.name, nameLimit)
            test.message = test.message.map { cut($0, messageLimit) }
            test.trace = test.trace.map { cut($0, budget > 0 ? traceLimit : shortTraceLimit) }
            budget -= test.trace?.utf8.count ?? 0
            return test
        }
    }

    private static func cut(_ text: String, _ limit: Int) -> String {
        let bytes = text.utf8
        guard bytes.count > limit else { return text }
        var end = bytes.index(bytes.startIndex, offsetBy: limit)
        // Never inside a character.
        while end > bytes.startIndex, bytes[end] & 0xC0 == 0x80 { end = bytes.index(before: end) }
        return "\(text[..<end])…"
    }
}
