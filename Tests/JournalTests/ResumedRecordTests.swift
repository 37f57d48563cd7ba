import DroverTesting
import Farm
import Journal
import Testing

struct ResumedRecordTests {
    let phones = (0..<4).map { TargetID.phone("px8-\($0)") }
    let first = StepPath(step: 0)
    let second = StepPath(step: 1)

    func record(_ bodies: [JournalEvent.Body]) -> RunRecord {
        let all = [.runStarted(JournalSamples.header(phones: 4))] + bodies
        return RunRecord(all.enumerated().map { JournalEvent(time: Int64($0.offset) * 10, $0.element) })
    }

    func end(_ verdict: Verdict) -> JournalEvent.Body {
        .runEnded(RunEnd(counts: VerdictCounts([verdict]), exitCode: 1, why: "some failed"))
    }

    @Test func `whoever got through keeps the end, and all others are open again`() {
        let verdicts: [Verdict] = [.changed, .failed, .lost, .skipped]
        let record = record(
            zip(phones, verdicts).map { .phoneEnded($0, PhoneEnd(verdict: $1)) } + [
                .runStopping(RunStopping(code: "max-fail", why: "2 failed")), end(.failed),
                .runResumed(RunResumed(commandLine: [], version: "")),
            ])
        #expect(record.end == nil)
        #expect(record.stopping == nil)
        #expect(record.resumes == 1)
        #expect(record.phones.map(\.end?.verdict) == [.changed, nil, nil, .skipped])
    }

    @Test func `a step that is begun again keeps what it came to before`() {
        let record = record([
            .stepStarted(phones[0], first, attempt: 1),
            .stepEnded(phones[0], first, StepEnd(verdict: .lost, attempts: 3)),
            .phoneEnded(phones[0], PhoneEnd(verdict: .lost, step: first)),
            .runResumed(RunResumed(commandLine: [], version: "")),
            .stepStarted(phones[0], first, attempt: 1),
        ])
        let step = record.phones[0].steps[0]
        #expect(step.earlierEnds.map(\.verdict) == [.lost])
        #expect(step.end == nil)
        #expect(step.attempt == 1)
        #expect(record.phones[0].state == .running(first))
    }

    @Test func `what was under way when the program was killed is under way no longer`() {
        let killed: [JournalEvent.Body] = [
            .stepStarted(phones[0], first, attempt: 1), .runResumed(RunResumed(commandLine: [], version: "")),
        ]
        #expect(record(killed).phones[0].state == .waiting)
        #expect(record(killed).phones[0].verdict == .cancelled)
        let connected = killed + [.phoneConnected(phones[0], PhoneFacts())]
        #expect(record(connected).phones[0].state == .running(nil))
    }

    @Test func `of several steps that are under way the oldest is shown`() {
        var events: [JournalEvent.Body] = [
            .stepStarted(phones[0], second, attempt: 1), .stepStarted(phones[0], first, attempt: 1),
            .stepStarted(phones[0], second, attempt: 2),
        ]
        #expect(record(events).phones[0].state == .running(second))
        events.append(.stepEnded(phones[0], second, StepEnd(verdict: .ok, attempts: 2)))
        #expect(record(events).phones[0].state == .running(first))
    }

    @Test func `waves, replacements and the reason to stop are told`() {
        let start = WaveStart(play: 0, wave: 0, targets: [phones[0]])
        let over = WaveEnd(play: 0, wave: 0, passed: false, why: "1 failed")
        let record = record([
            .waveStarted(start), .canaryReplaced(play: 0, lost: phones[0], by: phones[1]), .waveEnded(over),
            .runStopping(RunStopping(code: "gate", why: "1 failed")),
        ])
        #expect(record.waves.map(\.start) == [start])
        #expect(record.waves[0].end == over)
        #expect(record.waves[0].replacements.map(\.by) == [phones[1]])
        #expect(record.stopping?.code == "gate")
    }

    @Test("steps are found whether they are few or many", arguments: [3, 16, 17, 18, 400])
    func many(count: Int) {
        var random = SeededNumbers(seed: UInt64(count))
        let paths = (0..<count).map { StepPath(step: $0 / 7, item: $0 % 7) }
        let told = paths.shuffled(using: &random)
        let record = record(
            told.map { .stepStarted(phones[0], $0, attempt: 1) }
                + paths.map { .stepEnded(phones[0], $0, StepEnd(verdict: .ok)) })
        #expect(record.phones[0].steps.map(\.path) == told)
        #expect(record.phones[0].steps.allSatisfy { $0.end != nil && $0.earlierEnds.isEmpty })
        for path in paths { #expect(record.phones[0][path]?.path == path) }
        #expect(record.phones[0][StepPath(step: 999)] == nil)
    }
}
