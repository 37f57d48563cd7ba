import DroverTesting
import Farm
import Foundation
import Journal
import Lanes
import Secrets
import Signing
import Simulator
import Testing

/// The program over a simulated cloud of this process, killed in the middle and gone on with.
@Suite("Runs on cloud phones", .timeLimit(.minutes(6)))
struct CloudProgramTests {
    private static let keys = AccessKeys(id: "AKEXAMPLE00000000001", secret: Secret(name: "sk", "SKexample0000000007"))

    private struct Practice {
        let cloud: SimulatedCloud
        let store: SimulatedObjectStore
        let drover: DroverProcess
    }

    private func with(
        servers: Int, phones: Int, _ change: (inout CloudOptions) -> Void = { _ in },
        _ body: (Practice) async throws -> Void
    ) async throws {
        let lanes = try Lane.pool(2)
        let drover = try DroverProcess()
        defer { drover.remove() }
        let objects = drover.folder.appendingPathComponent("objects")
        try FileManager.default.createDirectory(at: objects, withIntermediateDirectories: true)
        var options = CloudOptions()
        options.servers = servers
        options.phonesPerServer = phones
        options.keys = [Self.keys]
        options.opensADB = false
        options.writesPerMinute = nil
        change(&options)
        let store = SimulatedObjectStore(
            ObjectStoreOptions(
                region: options.region, buckets: ["farm-payload": options.region],
                keys: [StoreKeys(id: Self.keys.id, secret: "SKexample0000000007", token: nil, end: nil)]),
            folder: objects.path, on: lanes[1])
        let cloud = SimulatedCloud(options, objects: store, lanes: lanes)
        let service = try await cloud.start()
        let storage = try await store.start()
        let names = await cloud.serverNames.map { "  \($0): { account: main }" }.joined(separator: "\n")
        try """
        secrets: { sk: "command printf SKexample%010d 7" }
        accounts:
          main:
            kind: huawei-cph
            region: cn-north-4
            auth: { ak: \(Self.keys.id), sk: "${{ secret.sk }}" }
            bucket: farm-payload
            endpoints: { cph: "http://\(service)", iam: "http://\(service)", obs: "http://\(storage)" }
        servers:
        \(names)
        limits: { account.writes: 600/min, account.sync-commands: 600/min, account.reads: 100/s }

        """.write(to: drover.folder.appendingPathComponent("farm.yml"), atomically: true, encoding: .utf8)
        do {
            try await body(Practice(cloud: cloud, store: store, drover: drover))
        } catch {
            await cloud.stop()
            await store.stop()
            throw error
        }
        await cloud.stop()
        await store.stop()
    }

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
        let durations = JobDurations(others: .milliseconds(700), kinds: [.install: .seconds(2)])
        try await with(servers: 4, phones: 250, { $0.durations = durations }) { practice in
            let file = practice.drover.folder.appendingPathComponent("forced.yml")
            try Self.playbook.write(to: file, atomically: true, encoding: .utf8)
            var command = ["run", "forced.yml", "--yes"]
            var random = SeededNumbers(seed: 20_261_121)
            for _ in 0..<6 {
                let running = try practice.drover.start(command + ["--verbose"])
                command = ["resume", "--yes"]
                // Before the first answer, while jobs are waited for, or when some phones have ended.
                #expect(await running.says(lines: 1))
                let wanted = farmCalls(practice) + Int.random(in: 0...5, using: &random)
                for _ in 0..<5000 where farmCalls(practice) < wanted { try await Task.sleep(for: .milliseconds(3)) }
                // Long enough for an answer to be read as a rule, and shorter than a job takes.
                try await Task.sleep(for: .milliseconds(Int.random(in: 20...600, using: &random)))
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
            #expect(failures.count <= 500, "most calls are answered before a kill")
            #expect(counts[.changed] + counts[.ok] + failures.count == 1000, "\(counts) \(end.error.suffix(800))")
            for (phone, work) in practice.cloud.record.phones {
                #expect(work.installs <= 1 && work.shellLines <= 2, "\(phone): \(work)")
            }
        }
    }

    private func farmCalls(_ practice: Practice) -> Int { practice.cloud.record.calls.count }

    @Test("who the service will not have is told in one line, with its code and the request's id")
    func refusals() async throws {
        try await with(servers: 1, phones: 2) { practice in
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
