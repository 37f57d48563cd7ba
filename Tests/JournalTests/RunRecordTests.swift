import DroverTesting
import Farm
import Journal
import Testing

struct RunRecordTests {
    let phone = TargetID.phone("px8-0")

    func record(_ bodies: JournalEvent.Body..., phones: Int = 3) -> RunRecord {
        let all = [.runStarted(JournalSamples.header(phones: phones))] + bodies
        return RunRecord(all.enumerated().map { JournalEvent(time: Int64($0.offset) * 10, $0.element) })
    }

    @Test func `a target without events is not started`() {
        let record = record()
        #expect(record.counts[.notStarted] == 3)
        #expect(record.phones[0].duration == 0)
        #expect(record.phones[0].state == .waiting)
    }

    @Test func `a target that nobody came to took no time`() {
        let record = record(.phoneEnded(phone, PhoneEnd(verdict: .notStarted)))
        #expect(record.phones[0].duration == 0)
    }

    @Test func `a target that was under way when the journal stops is cancelled`() {
        let record = record(.stepStarted(phone, StepPath(step: 1), attempt: 1))
        #expect(record.phones[0].verdict == .cancelled)
        #expect(record.phones[0].state == .running(StepPath(step: 1)))
        #expect(record.phones[0].steps[0].verdict == .cancelled)
        #expect(record.counts.total == 3)
    }

    @Test func `attempts, marks and bytes are gathered`() {
        let failure = StepFailure(code: "lost", operation: "push", reason: "reset")
        let record = record(
            .stepStarted(phone, StepPath(step: 0), attempt: 1),
            .attemptFailed(
                phone, StepPath(step: 0), AttemptFailure(attempt: 1, verdict: .lost, failure: failure, delay: 5)),
            .stepStarted(phone, StepPath(step: 0), attempt: 2),
            .stepEnded(phone, StepPath(step: 0), StepEnd(verdict: .changed, marks: .flaky, attempts: 2, bytes: 7)),
            .phoneEnded(phone, PhoneEnd(verdict: .changed, marks: .flaky)))
        let told = record.phones[0]
        #expect(told.steps.count == 1)
        #expect(told.steps[0].failedAttempts.map(\.verdict) == [.lost])
        #expect(told.marks == .flaky)
        #expect(told.bytes == 7)
        #expect(told.verdict == .changed)
        #expect(told.duration == 40)
    }

    @Test func `a target that was lost before its first step counts as lost`() {
        let failure = StepFailure(code: "unreachable", operation: "connect", reason: "connection refused")
        let record = record(.phoneEnded(phone, PhoneEnd(verdict: .lost, failure: failure)))
        #expect(record.counts[.lost] == 1)
        #expect(record.phones[0].failure == failure)
    }

    @Test func `an event about nobody of this run changes nothing`() {
        let record = record(.stepStarted(.phone("stranger"), StepPath(step: 0), attempt: 1))
        #expect(record.phones.count == 3)
        #expect(record.counts[.notStarted] == 3)
    }

    @Test("counts add up wherever a run stops", arguments: 0..<20)
    func adds(seed: UInt64) {
        var random = SeededNumbers(seed: seed)
        let phones = Int.random(in: 0...20, using: &random)
        var reducer = RunReducer()
        reducer.apply(JournalEvent(time: 0, .runStarted(JournalSamples.header(phones: phones))))
        for time in 0..<Int64(200) {
            guard phones > 0 else { break }
            let target = TargetID.phone("px8-\(Int.random(in: 0..<phones, using: &random))")
            let path = StepPath(step: Int.random(in: 0..<3, using: &random))
            let verdict = Verdict.allCases.randomElement(using: &random) ?? .ok
            let body: JournalEvent.Body =
                switch Int.random(in: 0..<4, using: &random) {
                case 0: .stepStarted(target, path, attempt: 1)
                case 1: .stepEnded(target, path, StepEnd(verdict: verdict))
                case 2: .phoneEnded(target, PhoneEnd(verdict: verdict))
                default: .phoneConnected(target, PhoneFacts())
                }
            reducer.apply(JournalEvent(time: time, body))
            #expect(reducer.record.counts.total == phones)
        }
    }
}
