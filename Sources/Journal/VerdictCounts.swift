/// How many targets came to each verdict.
public struct VerdictCounts: Hashable, Sendable {
    private var numbers: [Int]

    /// Starts with nobody counted.
    public init() { numbers = Array(repeating: 0, count: Verdict.allCases.count) }

    /// Counts every verdict of a sequence once.
    public init(_ verdicts: some Sequence<Verdict>) {
        self.init()
        for verdict in verdicts { self[verdict] += 1 }
    }

    /// The number of targets with a verdict.
    public subscript(verdict: Verdict) -> Int {
        get { numbers[verdict.position] }
        set { numbers[verdict.position] = newValue }
    }

    /// Everyone.
    public var total: Int { numbers.reduce(0, +) }

    /// Those who failed, were lost or timed out.
    public var failures: Int { self[.failed] + self[.lost] + self[.timedOut] }
}

extension Verdict {
    fileprivate var position: Int {
        switch self {
        case .ok: 0
        case .changed: 1
        case .skipped: 2
        case .failed: 3
        case .lost: 4
        case .timedOut: 5
        case .cancelled: 6
        case .notStarted: 7
        }
    }
}
