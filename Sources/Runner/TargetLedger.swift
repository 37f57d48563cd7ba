import Farm
import Journal
import Planning
import PlaybookLanguage
import Synchronization

/// What every target of a run brings from play to play, and the one place where targets get their final verdicts.
final class TargetLedger: Sendable {
    private struct Entry {
        var baggage: Baggage
        /// The plays that it has still to come to.
        var playsLeft: Int
        var ends: [Int: PhoneEnd]
        var isClosed = false
    }

    private let plan: Plan
    private let journal: JournalWriter
    private let entries: Mutex<[Entry]>
    /// What earlier runs have brought the targets to.
    let replays: [TargetID: Replay]
    /// The waves whose gates have said yes in earlier runs, by play.
    let passedWaves: [Int: Set<Int>]
    private let finalEnds: [TargetID: PhoneEnd]

    init(_ plan: Plan, journal: JournalWriter, earlier: JournalContents?) {
        self.plan = plan
        self.journal = journal
        let events = earlier?.events ?? []
        replays = Replay.table(of: events)
        var finalEnds: [TargetID: PhoneEnd] = [:]
        for phone in earlier?.record.phones ?? [] { finalEnds[phone.target] = phone.end }
        self.finalEnds = finalEnds
        var passed: [Int: Set<Int>] = [:]
        for case .waveEnded(let end) in events.map(\.body) where end.passed {
            passed[end.play, default: []].insert(end.wave)
        }
        passedWaves = passed
        entries = Mutex(
            plan.targets.indices.map { position in
                let target = plan.targets[position]
                return Entry(
                    baggage: Baggage(scope: plan.scope(for: target)),
                    playsLeft: plan.plays.count { $0.targets.contains(position) }, ends: [:])
            })
    }

    /// What a target brings to a play.
    func baggage(of target: Int) -> Baggage { entries.withLock { $0[target].baggage } }

    /// How a target has ended for good in an earlier run; nil when it takes part again.
    func goodEnd(of target: Int, in play: Int) -> PhoneEnd? {
        let id = plan.targets[target].id
        let end = plan.plays.count > 1 ? replays[id]?.playEnds[play] : finalEnds[id]
        guard let end else { return nil }
        switch end.verdict {
        case .ok, .changed, .skipped: return end
        case .failed, .lost, .timedOut, .cancelled, .notStarted: return nil
        }
    }

    /// Whether a target failed in a play that another one needs.
    func hasFailed(_ target: Int, in plays: [Int]) -> Bool {
        entries.withLock { entries in
            plays.contains { play in
                guard let end = entries[target].ends[play] else {
                    // It was meant there and never came to its end.
                    return plan.plays[play].targets.contains(target)
                }
                return end.verdict.isFailure || end.verdict == .cancelled || end.verdict == .notStarted
            }
        }
    }

    /// How many targets have failed so far, by kind.
    var failures: [FailureKind: Int] {
        entries.withLock { entries in
            var failures: [FailureKind: Int] = [:]
            for entry in entries {
                guard let kind = entry.baggage.fall.flatMap({ FailureKind($0.verdict) }) else { continue }
                failures[kind, default: 0] += 1
            }
            return failures
        }
    }

    /// Notes how a target ended in a play; after its last one it gets its verdict.
    ///
    /// - Parameter isNew: Whether it ended in this run, and so must be written down.
    func end(_ target: Int, in play: Int, _ end: PhoneEnd, _ baggage: Baggage, isNew: Bool = true) {
        let id = plan.targets[target].id
        let final = entries.withLock { entries -> PhoneEnd? in
            entries[target].baggage = baggage
            entries[target].ends[play] = end
            entries[target].playsLeft -= 1
            guard entries[target].playsLeft == 0 else { return nil }
            entries[target].isClosed = true
            return Self.final(entries[target])
        }
        if isNew, plan.plays.count > 1 { journal.post(.playEnded(id, play: play, end)) }
        guard let final else { return }
        // One that ended well in an earlier run has its verdict there.
        if isNew || (plan.plays.count > 1 && finalEnds[id]?.verdict != final.verdict) {
            journal.post(.phoneEnded(id, final))
        }
    }

    /// Gives those who did not come to all of their plays the verdict that they have so far.
    func close() {
        let open = entries.withLock { entries in
            entries.indices.filter { !entries[$0].isClosed && !entries[$0].ends.isEmpty }
                .map { ($0, Self.final(entries[$0], isWhole: false)) }
        }
        for (target, end) in open { journal.post(.phoneEnded(plan.targets[target].id, end)) }
    }

    /// The verdict over all plays: the first failure, or what was done.
    private static func final(_ entry: Entry, isWhole: Bool = true) -> PhoneEnd {
        let marks = entry.baggage.marks
        if let fall = entry.baggage.fall {
            return PhoneEnd(verdict: fall.verdict, marks: marks, failure: fall.failure, step: fall.step)
        }
        guard isWhole, !entry.ends.values.contains(where: { $0.verdict == .cancelled }) else {
            return PhoneEnd(verdict: entry.baggage.hasBegun ? .cancelled : .notStarted, marks: marks)
        }
        if entry.ends.values.allSatisfy({ $0.verdict == .notStarted }) { return PhoneEnd(verdict: .notStarted) }
        let verdict: Verdict = entry.baggage.hasChanged ? .changed : entry.baggage.hasBeenOK ? .ok : .skipped
        return PhoneEnd(verdict: verdict, marks: marks)
    }
}
