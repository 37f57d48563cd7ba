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
    /// When it was begun, the last time; attempts of one step belong together.
    public internal(set) var startTime: Int64 = 0
    /// Whether it has begun and not ended in the process that told of it last.
    var isUnderWay = false

    /// The verdict; `cancelled` for a step that was under way when the journal stops.
    public var verdict: Verdict { end?.verdict ?? .cancelled }
}

extension StepRecord {
    /// A step that had an end is done anew.
    mutating func begin(_ attempt: Int, at time: Int64) {
        self.attempt = attempt
        if !isUnderWay { startTime = time }
        isUnderWay = true
        guard let end else { return }
        earlierEnds.append(end)
        self.end = nil
        failedAttempts = []
    }

    mutating func finish(_ end: StepEnd) {
        // What is skipped has no beginning that would have moved the earlier end.
        if let earlier = self.end { earlierEnds.append(earlier) }
        attempt = end.attempts
        self.end = end
        isUnderWay = false
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

    /// Whether the process that told of it last has come to it.
    var isUnderWay = false
    /// Where each step stands in ``steps``; kept only when there are so many that a search would be felt.
    private var positions: [StepPath: Int] = [:]
    private static let fewSteps = 16

    init(target: TargetID) { self.target = target }

    /// How far it has come.
    public var state: State {
        if end != nil { return .ended }
        return isUnderWay ? .running(oldestStep?.path) : .waiting
    }

    /// The step that has been under way for the longest time; several can be, in the background or side by side.
    public var oldestStep: StepRecord? {
        end == nil ? steps.lazy.filter(\.isUnderWay).min { $0.startTime < $1.startTime } : nil
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
    public var failedStep: StepRecord? { end?.step.flatMap { self[$0] } }

    /// The record of a step; nil when nothing was heard of it.
    public subscript(path: StepPath) -> StepRecord? { position(of: path).map { steps[$0] } }

    private func position(of path: StepPath) -> Int? {
        // Almost always the last one.
        if let last = steps.last, last.path == path { return steps.count - 1 }
        return steps.count > Self.fewSteps ? positions[path] : steps.lastIndex { $0.path == path }
    }

    /// Changes a step's record, which is made when the step is heard of for the first time.
    mutating func withStep(_ path: StepPath, _ change: (inout StepRecord) -> Void) {
        if let position = position(of: path) { return change(&steps[position]) }
        var step = StepRecord(path: path, attempt: 0)
        change(&step)
        steps.append(step)
        if steps.count == Self.fewSteps + 1 {
            for (position, step) in steps.enumerated() { positions[step.path] = position }
        } else if steps.count > Self.fewSteps {
            positions[path] = steps.count - 1
        }
    }

    /// The run goes on: what was under way when its process ended is no longer, and a bad end is none.
    mutating func takePartAgain() {
        end = nil
        isUnderWay = false
        for position in steps.indices { steps[position].isUnderWay = false }
    }

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
