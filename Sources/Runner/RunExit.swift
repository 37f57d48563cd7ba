public import Journal

/// The program's exit code after a run, and why it is that one.
public struct RunExit: Hashable, Sendable {
    /// 0 all well, 1 some failed, 4 every failure is a lost phone, 5 the journal could not be written, 130 interrupted.
    public let code: Int
    /// The reason, in one line.
    public let why: String

    /// Decides; the first reason that fits counts.
    ///
    /// - Parameters:
    ///   - counts: What became of everyone.
    ///   - wasStopped: Whether somebody asked to stop.
    ///   - journalFailure: Why the journal could not be written.
    public init(counts: VerdictCounts, wasStopped: Bool, journalFailure: JournalError? = nil) {
        let failed = counts.total == 1 ? "the phone" : "\(counts.failures) of \(counts.total) phones"
        if wasStopped {
            code = 130
            why = "interrupted"
        } else if let journalFailure {
            code = 5
            why = journalFailure.description
        } else if counts.failures == 0 {
            code = 0
            why = "all well"
        } else if counts.failures == counts[.lost] {
            code = 4
            why = "\(failed) \(counts.failures == 1 ? "was" : "were") lost"
        } else {
            code = 1
            why = "\(failed) failed"
        }
    }
}
