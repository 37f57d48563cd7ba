/// What became of one step on one target, or of the target as a whole.
///
/// The raw value is the spelling that journals, JSON and expressions use; ``words`` is the one people read.
public enum Verdict: String, Hashable, Sendable, CaseIterable {
    /// There was nothing to do, or a step that changes nothing did its work.
    case ok
    /// The step changed the phone.
    case changed
    /// The playbook said that the step is not for this phone.
    case skipped
    /// The phone said no, or its answer was not the expected one.
    case failed
    /// The phone could not be reached, or went away.
    case lost
    /// A total or a stall limit ran out.
    case timedOut = "timed-out"
    /// Somebody stopped the run while this was under way.
    case cancelled
    /// The run never came to it.
    case notStarted = "not-started"

    /// The spelling for people: `timed out`, `not started`.
    public var words: String {
        switch self {
        case .timedOut: "timed out"
        case .notStarted: "not started"
        default: rawValue
        }
    }

    /// Whether this verdict ends a phone's run and may be retried: failed, lost or timed out.
    public var isFailure: Bool {
        switch self {
        case .failed, .lost, .timedOut: true
        case .ok, .changed, .skipped, .cancelled, .notStarted: false
        }
    }
}
