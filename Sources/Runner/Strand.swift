import Journal
import Lanes
import PlaybookLanguage
import Steps

/// One line of work on one target: its number in the scheduler, and what expressions know on it.
///
/// The main strand goes through the play; parallel loops and steps in the background have strands of their own.
struct Strand: Sendable {
    /// Its number in the scheduler.
    let number: Int
    /// What expressions know.
    var scope: Scope
    /// When the last step that was begun on it began.
    var lastStart: LaneInstant?
    /// Whether a step was really done on it, not only remembered from an earlier run.
    var hasWorked = false
    /// Whether it does what follows on a failure or on the end of a block; that is done again once anything was.
    var isAftermath = false
    /// When the step began that failed, for what is done about it.
    var failedSince: LaneInstant?
    /// Tells a step in the background that its block ends.
    var ending: BlockEnding?
    /// Tells whoever waits for a step in the background that it is ready.
    var readiness: StepReadiness?

    /// Takes over what a strand inside has learned.
    mutating func learn(from inner: Strand) {
        scope.learn(from: inner.scope)
        lastStart = inner.lastStart ?? lastStart
        hasWorked = hasWorked || inner.hasWorked
    }
}

/// How a list of entries ended for a target.
enum Way: Sendable {
    /// It goes on.
    case through
    /// It has failed.
    case failed(Fall)
    /// Somebody stopped it.
    case stopped
}

/// The failure that ends a list of entries.
struct Fall: Sendable {
    let verdict: Verdict
    let failure: StepFailure?
    /// The step that failed.
    let path: StepPath
    /// Its title.
    let title: String
    /// When it began.
    let start: LaneInstant?

    /// What expressions see as `failure`.
    var expressionValues: [String: Value] {
        [
            "step": .text(title), "verdict": .text(verdict.rawValue), "code": .text(failure?.code ?? ""),
            "operation": .text(failure?.operation ?? ""), "reason": .text(failure?.reason ?? ""),
        ]
    }
}

/// What a target brings from one play to the next.
struct Baggage: Sendable {
    var scope: Scope
    var marks: Marks = []
    var hasChanged = false
    var hasBeenOK = false
    /// The first end that was a failure.
    var fall: PhoneEnd?
    /// Whether anything was ever begun on it.
    var hasBegun = false
}
