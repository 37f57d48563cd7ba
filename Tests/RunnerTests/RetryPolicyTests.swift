import DroverTesting
import Journal
import Testing

@testable import Runner

struct RetryPolicyTests {
    func pauses(_ policy: RetryPolicy, after attempt: AttemptResult, times: Int) -> [Duration?] {
        var policy = policy
        var random = SeededNumbers(seed: 3)
        return (0..<times).map { _ in policy.pause(after: attempt, drawing: &random) }
    }

    @Test func `the back-off doubles, with a fifth of play`() {
        let policy = RetryPolicy(retries: 7, delay: nil, mayRepeatAfterSent: true)
        let found = pauses(policy, after: AttemptResult(verdict: .failed), times: 8)
        for (pause, seconds) in zip(found, [1.0, 2, 4, 8, 16, 30, 30]) {
            let pause = pause ?? .zero
            #expect(pause >= .seconds(seconds * 0.8) && pause <= .seconds(seconds * 1.2))
        }
        #expect(found[7] == nil)
    }

    @Test(
        "what was sent and may not be repeated is not repeated",
        arguments: [
            (AttemptResult(verdict: .lost, wasSent: true, isOutcomeUnknown: true), false),
            (AttemptResult(verdict: .timedOut, wasSent: true, isOutcomeUnknown: true), false),
            (AttemptResult(verdict: .failed, wasSent: true, isOutcomeUnknown: true), false),
            (AttemptResult(verdict: .failed, wasSent: true), true),
            (AttemptResult(verdict: .timedOut, isOutcomeUnknown: true), true),
            (AttemptResult(verdict: .failed, mayHelpToRepeat: false), false),
            (AttemptResult(verdict: .cancelled), false),
            (AttemptResult(verdict: .ok), false),
        ])
    func sent(attempt: AttemptResult, isRepeated: Bool) {
        let policy = RetryPolicy(retries: 1, delay: .seconds(1), mayRepeatAfterSent: false)
        #expect((pauses(policy, after: attempt, times: 1)[0] != nil) == isRepeated)
    }

    @Test func `a dead link is replaced once for nothing, then retries are spent`() {
        let attempt = AttemptResult(verdict: .lost, isOutcomeUnknown: true, isLinkLost: true)
        let policy = RetryPolicy(retries: 1, delay: .seconds(10), mayRepeatAfterSent: false)
        let found = pauses(policy, after: attempt, times: 3)
        #expect(found[0] == .zero)
        #expect((found[1] ?? .zero) >= .seconds(8))
        #expect(found[2] == nil)
    }
}
