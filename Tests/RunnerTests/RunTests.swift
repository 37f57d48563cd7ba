import DroverTesting
import Farm
import Foundation
import Lanes
import Steps
import Synchronization
import Testing

@testable import Journal
@testable import Runner

@Suite(.timeLimit(.minutes(5)))
struct RunTests {
    @Test func `the first stop lets running steps finish and starts no new ones`() async throws {
        let stop = StopSignal()
        let names = ["a-1", "a-2", "a-3"]
        let scenario = try RunScenario(
            "- shell: one\n- shell: two", phones: names, forks: 1,
            answers: .running { line in
                if line == "one" { stop.press() }
                return .exiting(0)
            })
        let result = await scenario.execute(stop: stop)
        #expect(result.record.phones.map(\.verdict) == [.cancelled, .notStarted, .notStarted])
        #expect(result.record.phones[0].steps.map(\.verdict) == [.changed])
        #expect(result.exit.code == 130)
        #expect(scenario.dialer.calls == ["a-1"])
    }

    @Test func `a phone whose last step finishes after the stop keeps its verdict`() async throws {
        let stop = StopSignal()
        let scenario = try RunScenario(
            "- shell: one",
            answers: .running { _ in
                stop.press()
                return .exiting(0)
            })
        let result = await scenario.execute(stop: stop)
        #expect(result.record.phones.map(\.verdict) == [.changed])
        #expect(result.exit.code == 130)
    }

    @Test func `the second stop ends what is under way`() async throws {
        let stop = StopSignal()
        let scenario = try RunScenario("- shell: one\n  timeout: 99d", phones: ["a-1", "a-2"], forks: 1) {
            phone, lane, _ in
            RecordingPhone(
                phone.name, on: lane,
                answers: .running { _ in
                    stop.press()
                    stop.press()
                    try await lane.sleep(for: .seconds(1 << 40))
                    return .exiting(0)
                })
        }
        let result = await scenario.executeByHand(stop: stop)
        #expect(result.record.phones.map(\.verdict) == [.cancelled, .notStarted])
        #expect(result.record.phones[0].steps.map(\.verdict) == [.cancelled])
        #expect(result.exit.code == 130)
    }

    @Test func `a stop ends the pause before another attempt`() async throws {
        let stop = StopSignal()
        let scenario = try RunScenario(
            "- shell: one\n  retries: 9\n  delay: 99d",
            answers: .running { _ in
                defer { stop.press() }
                return .exiting(1)
            })
        let result = await scenario.executeByHand(stop: stop)
        #expect(result.record.phones.map(\.verdict) == [.cancelled])
        #expect(result.record.phones[0].steps[0].attempt == 1)
    }

    @Test func `a stop before the start touches nobody`() async throws {
        let stop = StopSignal()
        stop.press()
        let scenario = try RunScenario("- shell: one", answers: RecordingPhone.Answers())
        let result = await scenario.executeByHand(stop: stop)
        #expect(result.record.counts[.notStarted] == 1)
        #expect(scenario.dialer.calls.isEmpty)
        #expect(result.exit.code == 130)
    }

    @Test func `a journal that cannot be written stops everyone with exit code 5`() async throws {
        let journal = try JournalWriter(appendingTo: "/dev/full", now: { 1 })
        let lines = Mutex(0)
        let names = (0..<30).map { "px-\($0)" }
        let scenario = try RunScenario("- shell: one", phones: names, journal: journal) { phone, lane, _ in
            RecordingPhone(
                phone.name, on: lane,
                answers: .running { _ in
                    lines.withLock { $0 += 1 }
                    return .exiting(0)
                })
        }
        let result = await scenario.execute()
        #expect(result.exit.code == 5)
        #expect(result.exit.why == "write /dev/full: no space left on device")
        #expect(lines.withLock { $0 } == 0)
    }

    @Test func `a slow server holds up its own phones only`() async throws {
        let order = Mutex<[String]>([])
        let names = ["rack-a/a-1", "rack-a/a-2", "rack-a/a-3", "b-1", "b-2", "b-3"]
        let scenario = try RunScenario(
            "- shell: one", phones: names, forks: 2, limits: try Limits(perUSBHost: 1)
        ) { phone, lane, _ in
            RecordingPhone(
                phone.name, on: lane,
                answers: .running { _ in
                    if phone.server != nil { try await lane.sleep(for: .seconds(60)) }
                    order.withLock { $0.append(phone.name) }
                    return .exiting(0)
                })
        }
        let result = await scenario.execute()
        #expect(result.record.counts[.changed] == 6)
        #expect(order.withLock { Set($0.prefix(3)) } == ["b-1", "b-2", "b-3"])
    }

    @Test("counts add up and the file tells the same, whatever happens", arguments: 0..<8)
    func adds(seed: UInt64) async throws {
        let random = Mutex(SeededNumbers(seed: seed))
        @Sendable func draw(_ limit: Int) -> Int { random.withLock { Int.random(in: 0..<limit, using: &$0) } }
        let stop = StopSignal()
        let stopAt = draw(300)
        let calls = Mutex(0)
        let names = (0..<60).map { index in index % 3 == 0 ? "rack-a/r-\(index)" : "px-\(index)" }
        let scenario = try RunScenario(
            "- shell: one\n  retries: 1\n  timeout: 5s\n- shell: two\n  continue-on-error: true\n- shell: three",
            phones: names, forks: 1 + draw(20), limits: try Limits(perUSBHost: 3)
        ) { phone, lane, _ in
            if draw(10) == 0 { throw PhoneError.closedPort }
            return RecordingPhone(
                phone.name, on: lane,
                answers: .running { _ in
                    if calls.withLock({
                        $0 += 1; return $0 == stopAt
                    }) {
                        stop.press()
                    }
                    switch draw(12) {
                    case 0: throw PhoneError.reset
                    case 1: throw PhoneError.resetUnsent
                    case 2: return .exiting(1)
                    case 3:
                        try await lane.sleep(for: .seconds(3600))
                        return .exiting(0)
                    default: return .exiting(0)
                    }
                })
        }
        let result = await scenario.execute(stop: stop)
        #expect(result.record.counts.total == 60)
        #expect(result.record.phones.allSatisfy { $0.state == .ended || $0.verdict == .notStarted })
        let read = try JournalContents(reading: scenario.folder.journalPath)
        #expect(read.record == result.record)
        #expect(read.record.end?.counts == result.record.counts)
        #expect(!read.isTorn && read.damagedLines.isEmpty)
    }

    @Test(
        "the exit code is the first that fits",
        arguments: [
            ([.ok, .changed, .skipped], false, 0), ([.ok, .failed, .lost], false, 1), ([.timedOut], false, 1),
            ([.lost, .ok], false, 4), ([.failed, .cancelled], true, 130), ([], false, 0),
        ] as [([Verdict], Bool, Int)])
    func exits(verdicts: [Verdict], wasStopped: Bool, code: Int) {
        #expect(RunExit(counts: VerdictCounts(verdicts), wasStopped: wasStopped).code == code)
    }
}
