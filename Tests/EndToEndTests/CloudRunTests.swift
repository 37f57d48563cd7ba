import DroverTesting
import Farm
import Foundation
import Journal
import Simulator
import Testing

/// The program over a simulated cloud of this process, killed in the middle and gone on with.
@Suite("Runs on cloud phones", .timeLimit(.minutes(6)))
struct CloudProgramTests {
    /// Steps that look at nothing first: whatever is asked for a second time is done a second time.
    private static let playbook = """
        phones: all
        steps:
          - install: { app: \(RepositoryFile.path("fixtures/apps/game-1.apk")), force: true }
          - shell: touch /data/local/tmp/one
          - shell: touch /data/local/tmp/two

        """

    @Test("a run killed again and again goes on polling, and no phone gets anything twice")
    func killed() async throws {
        let durations = JobDurations(others: .milliseconds(1500), kinds: [.install: .seconds(2)])
        try await CloudPractice.with(servers: 4, phones: 25, { $0.durations = durations }) { practice in
            let file = practice.drover.folder.appendingPathComponent("forced.yml")
            try Self.playbook.write(to: file, atomically: true, encoding: .utf8)
            var command = ["run", "forced.yml", "--yes"]
            var random = SeededNumbers(seed: 20_261_121)
            for _ in 0..<6 {
                let running = try practice.drover.start(command + ["--verbose"])
                command = ["resume", "--yes"]
                #expect(await running.says(lines: 1))
                // When an answer has been written down, so that what is under way has a job that can be gone on with.
                let wanted = answers(practice) + 1
                for _ in 0..<2000 where answers(practice) < wanted { try await Task.sleep(for: .milliseconds(5)) }
                // Shorter than a job takes, by far.
                try await Task.sleep(for: .milliseconds(Int.random(in: 0...500, using: &random)))
                running.signal(SIGKILL)
                let end = await running.ended()
                if end.exitCode == 0 || end.exitCode == 1 { break }
                #expect(end.exitCode == SIGKILL, "said: \(end.error.suffix(500))")
            }
            let end = await (try practice.drover.start(["resume", "--yes"])).ended()
            let contents = try JournalContents(reading: try practice.drover.journal())
            let counts = contents.record.counts
            // What was asked for in the very moment of a kill, before anybody saw an answer, is told as unknown.
            let failures = contents.record.phones.compactMap { $0.end?.failure }
            #expect(failures.allSatisfy { $0.code == "unknown" }, "\(failures.prefix(3))")
            #expect(failures.count < 100, "calls are answered before a kill")
            #expect(counts[.changed] + counts[.ok] + failures.count == 100, "\(counts) \(end.error.suffix(800))")
            for (phone, work) in practice.cloud.record.phones {
                #expect(work.installs <= 1 && work.shellLines <= 2, "\(phone): \(work)")
            }
        }
    }

    @Test("calls of KooPhone by name are gone on with after a kill, and none is made twice")
    func namedCalls() async throws {
        let durations = JobDurations(others: .milliseconds(1500))
        let options = { (options: inout CloudOptions) in
            options.koophones = 12
            options.durations = durations
        }
        try await CloudPractice.with(servers: 1, phones: 1, options) { practice in
            let names = ["AsyncInvokeInstance", "BatchRebootInstance", "BatchBackupInstances"]
            let file = practice.drover.folder.appendingPathComponent("named.yml")
            try """
            phones: koo
            steps:
              - cloud: { call: AsyncInvokeInstance, with: { command: touch /data/local/tmp/one } }
              - cloud: { call: BatchRebootInstance }
              - cloud: { call: BatchBackupInstances }

            """.write(to: file, atomically: true, encoding: .utf8)
            var command = ["run", "named.yml", "--yes"]
            for name in names {
                let running = try practice.drover.start(command)
                command = ["resume", "--yes"]
                // When it is under way on each phone, so that whoever goes on has all to wait for and nothing to ask.
                for _ in 0..<2000 where practice.cloud.record.count(name) < 12 {
                    try await Task.sleep(for: .milliseconds(5))
                }
                // The answers are written down a moment later.
                try await Task.sleep(for: .milliseconds(200))
                running.signal(SIGKILL)
                let end = await running.ended()
                // A phone whose call an earlier kill left without an answer is told as unknown, and the run may end with that.
                #expect([SIGKILL, 1].contains(end.exitCode), "said: \(end.error.suffix(500))")
            }
            let end = await (try practice.drover.start(["resume", "--yes"])).ended()
            let record = try JournalContents(reading: try practice.drover.journal()).record
            // What was asked for in the very moment of a kill, before anybody saw an answer, is told as unknown.
            let failures = record.phones.compactMap { $0.end?.failure }
            #expect(failures.allSatisfy { $0.code == "unknown" }, "\(failures.prefix(3))")
            #expect(failures.count < 12 && record.counts[.changed] + failures.count == 12, "\(end.error.suffix(500))")
            let calls = practice.cloud.record.calls
            for id in await practice.cloud.instanceIDs {
                for name in names {
                    let own = calls.filter {
                        $0.operation == name && String(decoding: $0.body, as: UTF8.self).contains(id)
                    }
                    #expect(own.count <= 1, "\(id): \(name)")
                }
            }
        }
    }

    /// How many answers with jobs the journal of the only run knows of.
    private func answers(_ practice: CloudPractice) -> Int {
        guard let path = try? practice.drover.journal(), let bytes = RepositoryFile.bytes(at: path) else { return 0 }
        return String(decoding: bytes, as: UTF8.self).components(separatedBy: "\"job\":").count / 100
    }

    @Test("who the service will not have is told in one line, with its code and the request's id")
    func refusals() async throws {
        try await CloudPractice.with(servers: 1, phones: 2) { practice in
            let list = ["phones", "--farm", "farm.yml"]
            let good = await (try practice.drover.start(list)).ended()
            #expect(good.exitCode == 0, "\(good.error)")
            #expect(good.output.contains("2 phones, 2 ready"), "\(good.output)")
            await practice.cloud.restrict(.balance)
            let frozen = await (try practice.drover.start(list)).ended()
            #expect(frozen.error.contains("warning: main: "), "\(frozen.error)")
            #expect(frozen.error.contains("frozen: renew"), "\(frozen.error)")
            #expect(frozen.error.contains("CPS.0006"), "\(frozen.error)")
            await practice.cloud.restrict(nil)
            let farm = practice.drover.folder.appendingPathComponent("farm.yml")
            try String(contentsOf: farm, encoding: .utf8).replacing("%010d 7", with: "%010d 8")
                .write(to: farm, atomically: true, encoding: .utf8)
            let wrong = await (try practice.drover.start(list)).ended()
            #expect(wrong.error.contains("APIGW.030"), "\(wrong.error)")
        }
    }
}
