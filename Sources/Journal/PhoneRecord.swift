public import Farm

/// What became of one step on one target.
public struct StepRecord: Hashable, Sendable {
    /// Which step.
    public let path: StepPath
    /// The attempt that is under way, or was the last; 0 for a step that was skipped.
    public internal(set) var attempt: Int
    /// The attempts that failed before the last one.
    public internal(set) var failedAttempts: [AttemptFailure] = []
    /// How it ended; nil while it runs, and for ever when the run was killed in the middle of it.
    public internal(set) var end: StepEnd?
    /// How it ended before it was begun anew, when a run was resumed.
    public internal(set) var earlierEnds: [StepEnd] = []

    /// The verdict; `cancelled` for a step that was under way when the journal stops.
    public var verdict: Verdict { end?.verdict ?? .cancelled }
}

extension StepRecord {
    /// A step that had an end is done anew.
    mutating func begin(_ attempt: Int) {
        self.attempt = attempt
        guard let end else { return }
        earlierEnds.append(end)
        self.end = nil
        failedAttempts = []
    }
}

/// What became of one target.
public struct PhoneRecord: Hashable, Sendable {
    /// How far a target has come.
    public enum State: Hashable, Sendable {
        /// Nothing was done to it yet.
        case waiting
        /// It is under way; nil before its first step and between two steps.
        case running(StepPath?)
        /// It has its verdict.
        case ended
    }

    /// Who.
    public let target: TargetID
    /// What it said of itself; nil when no link to it ever stood.
    public internal(set) var facts: PhoneFacts?
    /// Its steps, in the order in which they began.
    public internal(set) var steps: [StepRecord] = []
    /// How it ended; nil while it is waiting or running.
    public internal(set) var end: PhoneEnd?
    /// How it ended in each play of several, by the play's position.
    public internal(set) var playEnds: [Int: PhoneEnd] = [:]
    /// When its first event came, in milliseconds since 1970; nil while it waits.
    public internal(set) var startTime: Int64?
    /// When its last event came.
    public internal(set) var lastTime: Int64?

    init(target: TargetID) { self.target = target }

    /// How far it has come.
    public var state: State {
        if end != nil { return .ended }
        if startTime == nil { return .waiting }
        return .running(steps.last { $0.end == nil }?.path)
    }

    /// The verdict.
    ///
    /// Without an end in the journal it is `cancelled` for a target that was under way and `not started` for
    /// one that was waiting, so that counts add up whenever a run stopped.
    public var verdict: Verdict {
        if let end { return end.verdict }
        return startTime == nil ? .notStarted : .cancelled
    }

    /// Whether it takes part when the run is resumed: it has not come to a good end.
    public var takesPartAgain: Bool {
        switch verdict {
        case .ok, .changed, .skipped: false
        case .failed, .lost, .timedOut, .cancelled, .notStarted: true
        }
    }

    /// The marks of all its steps together.
    public var marks: Marks {
        steps.reduce(end?.marks ?? []) { $0.union($1.end?.marks ?? []) }
    }

    /// What became of each step of the plan; of a step in a loop the verdict that tells most: a failure, or a change.
    public var verdictsByStep: [StepPath: Verdict] {
        var verdicts: [StepPath: Verdict] = [:]
        for step in steps {
            let path = step.path.withoutItems
            guard let other = verdicts[path] else {
                verdicts[path] = step.verdict
                continue
            }
            if step.verdict.weight > other.weight { verdicts[path] = step.verdict }
        }
        return verdicts
    }

    /// The failure that ended it.
    public var failure: StepFailure? { end?.failure }

    /// The step that ended it.
    public var failedStep: StepRecord? { end?.step.flatMap { path in steps.last { $0.path == path } } }

    /// Payload bytes moved by all its steps.
    public var bytes: Int64 { steps.reduce(0) { $0 + ($1.end?.bytes ?? 0) } }

    /// Milliseconds from its first event to its last; 0 when nothing was done to it.
    public var duration: Int64 {
        guard let startTime, let lastTime else { return 0 }
        return lastTime - startTime
    }
}

extension Verdict {
    /// How much a verdict tells beside others of one step's rounds.
    fileprivate var weight: Int {
        switch self {
        case .skipped: 0
        case .ok: 1
        case .changed: 2
        case .notStarted: 3
        case .cancelled: 4
        case .timedOut: 5
        case .lost: 6
        case .failed: 7
        }
    }
}
