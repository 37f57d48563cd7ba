import Farm
import Journal
import Testing

@testable import Runner

/// What a resumed run knows of calls that a service was asked for.
struct PendingJobTests {
    private let phone = TargetID.phone("cp-1")
    private let path = StepPath(step: 0)

    private func pending(after events: [JournalEvent.Body]) -> [ServiceJob] {
        var replay = Replay()
        for event in events { replay.take(event) }
        return replay.pendingJobs(of: path)
    }

    private let asked = ServiceJob(call: "install 1")
    private let started = ServiceJob(call: "install 1", request: "r", job: "j")

    @Test func `an intention stays open, and the answer takes its place`() {
        #expect(pending(after: [.serviceAsked(phone, path, asked)]) == [asked])
        #expect(pending(after: [.serviceAsked(phone, path, asked), .serviceAsked(phone, path, started)]) == [started])
        let other = ServiceJob(call: "shell 2")
        let both = pending(after: [.serviceAsked(phone, path, started), .serviceAsked(phone, path, other)])
        #expect(both == [started, other])
    }

    @Test func `a step that ended with an outcome leaves nothing open, and one without leaves all`() {
        let open: [(Verdict, String?)] = [
            (.cancelled, nil), (.timedOut, "timeout"), (.lost, "lost"), (.failed, ServiceError.unknownOutcome),
        ]
        for (verdict, code) in open {
            let failure = code.map { StepFailure(code: $0, operation: "install", reason: "x") }
            let end = StepEnd(verdict: verdict, failure: failure)
            let left = pending(after: [.serviceAsked(phone, path, started), .stepEnded(phone, path, end)])
            #expect(left == [started], "\(verdict)")
        }
        for verdict in [Verdict.ok, .changed, .skipped] {
            let end = StepEnd(verdict: verdict)
            #expect(pending(after: [.serviceAsked(phone, path, started), .stepEnded(phone, path, end)]).isEmpty)
        }
        let refused = StepEnd(
            verdict: .failed, failure: StepFailure(code: "CPS.0104", operation: "install", reason: "x"))
        #expect(pending(after: [.serviceAsked(phone, path, started), .stepEnded(phone, path, refused)]).isEmpty)
    }
}
