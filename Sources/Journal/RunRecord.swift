public import Farm

/// A whole run as its journal tells it; everything that reports show comes from here.
public struct RunRecord: Hashable, Sendable {
    /// What was asked for; nil when not even the first line of the journal is whole.
    public internal(set) var header: RunHeader?
    /// Every target, in the plan's order.
    public internal(set) var phones: [PhoneRecord] = []
    /// How the run ended; nil while it runs, and for ever when it was killed.
    public internal(set) var end: RunEnd?
    /// The waves that have begun, in the order in which they did.
    public internal(set) var waves: [WaveRecord] = []
    /// Why no new target begins; nil while they do.
    public internal(set) var stopping: RunStopping?
    /// How often it was resumed.
    public internal(set) var resumes = 0
    /// When the run started, in milliseconds since 1970.
    public internal(set) var startTime: Int64 = 0
    /// When the last event came.
    public internal(set) var lastTime: Int64 = 0

    /// A record of nothing.
    public init() {}

    /// Reduces a journal's events to a record.
    public init(_ events: some Sequence<JournalEvent>) {
        var reducer = RunReducer()
        for event in events { reducer.apply(event) }
        self = reducer.record
    }

    /// How many targets came to each verdict; always adds up to the number of targets.
    public var counts: VerdictCounts { VerdictCounts(phones.lazy.map(\.verdict)) }

    /// The label of a step, from the header.
    public func label(of path: StepPath) -> StepLabel? { header?.steps.first { $0.path == path.withoutItems } }
}

/// What became of one wave.
public struct WaveRecord: Hashable, Sendable {
    /// Whose turn it was.
    public let start: WaveStart
    /// What its gate said; nil while it is under way.
    public internal(set) var end: WaveEnd?
    /// Lost targets with those that took their places.
    public internal(set) var replacements: [Replacement] = []

    /// One target that took another's place.
    public struct Replacement: Hashable, Sendable {
        /// Who was lost.
        public let lost: TargetID
        /// Who came instead.
        public let by: TargetID
    }
}
