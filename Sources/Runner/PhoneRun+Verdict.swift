import Farm
import Journal
import Lanes
import Planning
import PlaybookLanguage
import Steps

extension PhoneRun {
    /// Turns every error into a verdict; the only place where failures become verdicts.
    ///
    /// - Parameters:
    ///   - title: The step's title.
    ///   - hasBegun: Whether the step's own work had begun.
    ///   - isStopped: Whether somebody wanted to stop; then whatever was thrown is a consequence.
    @inline(never)
    static func verdict(
        of error: any Error, _ title: String, hasBegun: Bool, isStopped: Bool
    ) -> AttemptResult {
        if isStopped || error is CancellationError {
            return AttemptResult(verdict: .cancelled, wasSent: hasBegun, isOutcomeUnknown: hasBegun)
        }
        switch error {
        case let error as DeadlineExceeded:
            return AttemptResult(
                verdict: .timedOut, failure: failure(error, title), wasSent: hasBegun, isOutcomeUnknown: true)
        case let error as PhoneError:
            return AttemptResult(
                verdict: verdict(of: error.code), failure: failure(error, title),
                wasSent: hasBegun && error.mayHaveBeenSent, isOutcomeUnknown: true, isLinkLost: error.code == .lost)
        case let error as ServiceError:
            let failure = StepFailure(
                code: error.code, operation: error.operation, reason: error.reason, advice: error.advice)
            return AttemptResult(
                verdict: .failed, failure: failure, wasSent: hasBegun && error.outcome == .unknown,
                isOutcomeUnknown: error.outcome == .unknown, mayHelpToRepeat: error.outcome != .refused)
        default:
            let failure =
                StepFailure(local: error, of: title)
                ?? StepFailure(code: "local", operation: title, reason: "\(error)")
            return AttemptResult(verdict: .failed, failure: failure, wasSent: hasBegun, mayHelpToRepeat: false)
        }
    }

    /// The verdict that a failed link stands for.
    private static func verdict(of code: PhoneError.Code) -> Verdict {
        switch code {
        case .timedOut: .timedOut
        case .unsupported: .failed
        // Unreachable, unauthorized, no phone at all, or lost on the way: it is a phone we do not have.
        default: .lost
        }
    }

    private static func failure(_ error: PhoneError, _ title: String) -> StepFailure {
        // A phone is not blamed for its host: codes of this kind count for no quarantine.
        StepFailure(
            code: (error.isHosts ? "host-" : "") + word(for: error.code), operation: error.operation,
            reason: error.reason, advice: error.advice)
    }

    private static func word(for code: PhoneError.Code) -> String {
        switch code {
        case .unreachable: "unreachable"
        case .unauthorized: "unauthorized"
        case .notAPhone: "not-a-phone"
        case .timedOut: "no-answer"
        case .unsupported: "unsupported"
        case .held: "held"
        default: "lost"
        }
    }

    private static func failure(_ error: DeadlineExceeded, _ title: String) -> StepFailure {
        let length = durationText(error.duration)
        return switch error.limit {
        case .total:
            StepFailure(
                code: "timeout", operation: title, reason: "not done within \(length)",
                advice: "if it needs longer, give it a longer `timeout`")
        case .stall:
            StepFailure(
                code: "stall", operation: title, reason: "no byte moved for \(length)",
                advice: "look at the phone's connection, or give it a longer `stall`")
        }
    }
}
