import Farm
import Journal
import PlaybookLanguage

/// What earlier runs of the same plan have brought one target to, step by step.
struct Replay: Sendable {
    /// The last end of each step.
    private var ends: [StepPath: StepEnd] = [:]
    /// What services were asked for in each step that has not ended.
    private var jobs: [StepPath: [ServiceJob]] = [:]
    /// When each step last began, as a count of events.
    private var order: [StepPath: Int] = [:]
    /// How the plays before ended.
    private(set) var playEnds: [Int: PhoneEnd] = [:]
    /// Whether the target had its verdict when the journal stopped.
    private(set) var wasEnded = false
    private var count = 0

    /// Takes the next event that is about this target.
    mutating func take(_ body: JournalEvent.Body) {
        count += 1
        switch body {
        case .stepStarted(_, let path, _):
            order[path] = count
            ends[path] = nil
            wasEnded = false
        case .serviceAsked(_, let path, let job):
            // The same call with its ids takes the place of the intention.
            jobs[path, default: []].removeAll { $0.call == job.call && $0.request == nil }
            jobs[path, default: []].append(job)
        case .stepEnded(_, let path, let end):
            if !end.leavesJobsOpen { jobs[path] = nil }
            if order[path] == nil || ends[path] != nil { order[path] = count }
            ends[path] = end
        case .playEnded(_, let play, let end): playEnds[play] = end
        case .phoneEnded: wasEnded = true
        default: break
        }
    }

    /// Nothing is known of the target.
    var isEmpty: Bool { count == 0 }

    /// What services were asked for in a step, and whose outcome nobody has seen.
    func pendingJobs(of path: StepPath) -> [ServiceJob] { jobs[path] ?? [] }

    /// How a step ended for good: well, skipped, or with a failure that was tolerated.
    func end(of path: StepPath) -> StepEnd? {
        guard let end = ends[path] else { return nil }
        switch end.verdict {
        case .ok, .changed, .skipped: return end
        case .failed, .lost, .timedOut: return end.marks.contains(.tolerated) ? end : nil
        case .cancelled, .notStarted: return nil
        }
    }

    /// How a step failed, when what is done about that had begun and is not over: its failure then stands.
    ///
    /// - Parameters:
    ///   - block: The block around it.
    ///   - rescue: The first position of what rescues it, and the position after the last.
    func standingFailure(of path: StepPath, in block: StepPath, rescue: Range<Int>) -> StepEnd? {
        guard let end = ends[path], end.verdict.isFailure, let failed = order[path] else { return nil }
        let level = block.elements.count
        let rescued = ends.filter { other, end in
            other.isInside(block) && rescue.contains(other.elements[level].position) && (order[other] ?? 0) > failed
        }
        // Rescued and gone on, or killed in the middle of the rescue; a rescue that failed itself begins again.
        let isRescueUnderWay = order.contains { other, start in
            other.isInside(block) && rescue.contains(other.elements[level].position) && start > failed
        }
        guard isRescueUnderWay else { return nil }
        let hasRescueFailed = rescued.values.contains { $0.verdict.isFailure && !$0.marks.contains(.tolerated) }
        return hasRescueFailed ? nil : end
    }

    /// The replays of all targets of a journal.
    static func table(of events: some Sequence<JournalEvent>) -> [TargetID: Replay] {
        var table: [TargetID: Replay] = [:]
        for event in events {
            guard let target = event.body.target else { continue }
            table[target, default: Replay()].take(event.body)
        }
        return table
    }
}

extension StepEnd {
    /// Whether what a service was asked for in the step may still be under way there.
    var leavesJobsOpen: Bool {
        switch verdict {
        case .cancelled, .timedOut, .lost: true
        case .failed: failure?.code == ServiceError.unknownOutcome
        case .ok, .changed, .skipped, .notStarted: false
        }
    }
}

extension JournalEvent.Body {
    /// Whom it is about; nil for what is about the whole run.
    var target: TargetID? {
        switch self {
        case .phoneConnected(let target, _), .stepStarted(let target, _, _), .serviceAsked(let target, _, _),
            .attemptFailed(let target, _, _),
            .stepEnded(let target, _, _), .phoneEnded(let target, _), .playEnded(let target, _, _):
            target
        default: nil
        }
    }
}
