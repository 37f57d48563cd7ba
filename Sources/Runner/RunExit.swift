public import Journal
public import PlaybookLanguage
import Planning

/// The program's exit code after a run, and why it is that one.
public struct RunExit: Hashable, Sendable {
    /// 0 all well, 1 some failed, 3 stopped by max-fail or a gate, 4 every failure is a lost phone, 5 the journal could not
    /// be written, 130 interrupted.
    public let code: Int
    /// The reason, in one line.
    public let why: String

    /// Decides; the first reason that fits counts.
    ///
    /// - Parameters:
    ///   - counts: What became of everyone.
    ///   - wasStopped: Whether somebody asked to stop.
    ///   - reason: Why the run stopped by itself before everybody had a turn.
    ///   - tolerance: How many failures of a kind leave the run well.
    ///   - journalFailure: Why the journal could not be written.
    public init(
        counts: VerdictCounts, wasStopped: Bool, reason: StopReason? = nil, tolerance: [FailureKind: Int] = [:],
        journalFailure: JournalError? = nil
    ) {
        let failed = counts.total == 1 ? "the phone" : "\(counts.failures) of \(counts.total) phones"
        let unfinished = counts[.notStarted] + counts[.cancelled]
        if wasStopped {
            code = 130
            why = "interrupted"
        } else if let journalFailure {
            code = 5
            why = journalFailure.description
        } else if let reason, reason.code == .maxFail || reason.code == .gate {
            code = 3
            why = reason.why
        } else if let reason {
            code = counts.failures + unfinished == 0 ? 0 : 1
            why =
                code == 0 ? "all well" : "\(reason.why), and \(unfinished) of \(counts.total) phones were not finished"
        } else if counts.failures == 0 {
            code = unfinished == 0 ? 0 : 1
            why = unfinished == 0 ? "all well" : "\(unfinished) of \(counts.total) phones were not finished"
        } else if Self.isTolerated(counts, tolerance) {
            code = 0
            why = "\(failed) failed, which the playbook tolerates"
        } else if counts.failures == counts[.lost] {
            code = 4
            why = "\(failed) \(counts.failures == 1 ? "was" : "were") lost"
        } else {
            code = 1
            why = "\(failed) failed"
        }
    }

    private static func isTolerated(_ counts: VerdictCounts, _ tolerance: [FailureKind: Int]) -> Bool {
        guard !tolerance.isEmpty, counts[.cancelled] + counts[.notStarted] == 0 else { return false }
        return Verdict.allCases.allSatisfy { verdict in
            guard let kind = FailureKind(verdict) else { return true }
            return counts[verdict] <= tolerance[kind] ?? 0
        }
    }
}
