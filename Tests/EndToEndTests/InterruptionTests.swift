import Foundation
import Journal
import Reports
import Simulator
import Testing

@Suite("Runs that are stopped", .timeLimit(.minutes(5)))
struct InterruptionTests {
    /// A quick step that tells us that phones are under way, and a slow one to be stopped in.
    private static let playbook = """
        name: Slow
        phones: all
        steps:
          - shell: id
          - push: { from: data.bin, to: /sdcard/Download/data.bin }

        """

    /// 256 KB go to each phone: a minute's work at 4 KB/s, so that a busy machine is not late with its signal.
    private static func slow(_ phones: Int, bytesPerSecond: UInt64 = 4000) -> SimulationOptions {
        SimulationOptions(phones: phones, shaping: Shaping(bytesPerSecond: bytesPerSecond))
    }

    private func start(_ practice: PracticeFarm, _ extra: String...) async throws -> DroverProcess.Running {
        try practice.write(String(repeating: "0123456789abcdef", count: 16_384), to: "data.bin")
        try practice.write(Self.playbook, to: "slow.yml")
        let running = try practice.drover.start(["run", "slow.yml", "--verbose"] + extra)
        #expect(await running.says("changed in"), "no phone came through its first step")
        return running
    }

    @Test func `a run that is killed leaves whole lines that can be rendered`() async throws {
        try await PracticeFarm.with(Self.slow(8)) { practice in
            let running = try await start(practice)
            running.signal(SIGKILL)
            #expect(await running.ended().exitCode == SIGKILL)
            let journal = try JournalContents(reading: try practice.drover.journal())
            #expect(journal.damagedLines.isEmpty && !journal.isTorn)
            #expect(journal.record.counts.total == 8)
            #expect(journal.record.counts[.changed] < 8)
            #expect(journal.record.counts[.cancelled] > 0)
            let text = TerminalReport(journal.record).text
            #expect(text.contains("= 8 phones"))
            #expect(text.contains("the journal has no end"))
        }
    }

    @Test("the first interrupt lets running steps end and starts no others", arguments: [SIGINT, SIGTERM])
    func drains(signal: Int32) async throws {
        try await PracticeFarm.with(Self.slow(60, bytesPerSecond: 400_000)) { practice in
            let running = try await start(practice, "--forks", "2")
            running.signal(signal)
            let result = await running.ended()
            #expect(result.exitCode == 130, "\(result.error)")
            #expect(result.error.contains("finishing the running steps"))
            let record = try JournalContents(reading: try practice.drover.journal()).record
            let untouched = record.counts[.notStarted]
            #expect(record.counts.total == 60)
            #expect(untouched > 0)
            #expect(record.end?.exitCode == 130)
            #expect(result.output.contains("\(untouched) not started = 60 phones"), "\(result.output)")
            // What nobody came to was not even connected to.
            #expect(practice.farm.phones.count { $0.record.deeds.connections == 0 } == untouched)
        }
    }

    @Test func `the second interrupt cancels what is under way`() async throws {
        try await PracticeFarm.with(Self.slow(4)) { practice in
            let running = try await start(practice)
            running.signal(SIGINT)
            #expect(await running.says("finishing the running steps"))
            running.signal(SIGINT)
            let result = await running.ended()
            #expect(result.exitCode == 130, "\(result.error)")
            let counts = try JournalContents(reading: try practice.drover.journal()).record.counts
            #expect(counts.total == 4)
            #expect(counts[.cancelled] > 0 && counts.failures == 0, "\(result.output)")
        }
    }
}
