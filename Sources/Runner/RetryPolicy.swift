import Journal
import Planning
import PlaybookLanguage

/// Whether a failed attempt is made again, and after how long.
struct RetryPolicy {
    /// Attempts that the playbook grants beyond the first.
    private let retries: Int
    private let delay: Duration?
    /// Whether the kind may be repeated when its request may have reached the phone.
    private let mayRepeatAfterSent: Bool
    /// The failures that the playbook wants repeated; nil for all that the kind allows.
    private let kinds: Set<FailureKind>?
    private var used = 0
    private var hasReplacedLink = false

    init(_ timing: StepTiming, of step: PlannedStep) {
        self.init(
            retries: timing.retries, delay: timing.delay, mayRepeatAfterSent: step.mayRepeatAfterSent,
            kinds: step.retryOn)
    }

    init(retries: Int, delay: Duration?, mayRepeatAfterSent: Bool, kinds: Set<FailureKind>? = nil) {
        self.retries = retries
        self.delay = delay
        self.mayRepeatAfterSent = mayRepeatAfterSent
        self.kinds = kinds
    }

    /// The pause before the next attempt; nil when there is none.
    mutating func pause(
        after attempt: AttemptResult, drawing random: inout some RandomNumberGenerator
    ) -> Duration? {
        guard attempt.verdict.isFailure, attempt.mayHelpToRepeat else { return nil }
        // A kept link that turns out to be dead costs nothing but a new one, whatever the playbook grants. Once for each
        // step: a phone that drops every link is lost.
        if attempt.isLinkLost, !attempt.wasSent, !hasReplacedLink {
            hasReplacedLink = true
            return .zero
        }
        if let kinds {
            // What the playbook names is repeated even where the phone may have done it already.
            guard let kind = FailureKind(attempt.verdict), kinds.contains(kind) else { return nil }
        }
        guard kinds != nil || mayRepeatAfterSent || !attempt.wasSent || !attempt.isOutcomeUnknown else { return nil }
        guard used < retries else { return nil }
        used += 1
        return jittered(delay ?? backOff, drawing: &random)
    }

    /// Doubles from a second to half a minute.
    private var backOff: Duration { .seconds(min(30, 1 << min(used - 1, 5))) }

    /// Up to a fifth more or less, so that a rack which fell silent at once is not called up at once.
    private func jittered(_ duration: Duration, drawing random: inout some RandomNumberGenerator) -> Duration {
        duration * Double.random(in: 0.8...1.2, using: &random)
    }
}
