import CloudLinks
import DroverTesting
import Farm
import Journal
import Simulator
import Testing

/// The playbooks for clouds on a thousand phones, some of which have troubles, beside a service that has some.
@Suite(.timeLimit(.minutes(5)), .serialized) struct CloudThousandTests {
    private static let game = RepositoryFile.path("fixtures/apps/game-1.apk")

    private static func text(_ name: String) throws -> String {
        try #require(RepositoryFile.text(at: RepositoryFile.path("playbooks/\(name)")))
    }

    /// A thousand phones without ADB, as nobody speaks it here.
    private func cloud() throws -> CloudFarm {
        try CloudFarm(servers: 10, phonesPerServer: 100) { $0.opensADB = false }
    }

    @Test("an app goes from a thousand phones by ten requests, and none of them is one too many")
    func uninstall() async throws {
        let farm = try cloud()
        let opened = try await farm.open(try await farm.start())
        #expect(farm.cloud.record.calls.count <= 9, "\(farm.cloud.record.calls.map(\.operation))")
        _ = try await farm.run("phones: all\nsteps:\n  - install: \(Self.game)\n", opened)
        let before = farm.cloud.record.calls.count
        let record = try await farm.run("phones: all\nsteps:\n  - uninstall: com.studio.game\n", opened).record
        #expect(record.counts[.changed] == 1000, "\(record.counts)")
        let writes = farm.cloud.record.calls[before...].filter { $0.operation != "ListJobs" }
        #expect(writes.map(\.operation) == Array(repeating: "UninstallApk", count: 10))
        #expect(farm.cloud.record.throttled.isEmpty)
        #expect(farm.cloud.record.phones.values.allSatisfy { $0.uninstalls == 1 })
        await farm.stop()
    }

    @Test("a build comes to all who can take it, once, and the others are told of by name and reason")
    func deploy() async throws {
        let farm = try cloud()
        let opened = try await farm.open(try await farm.start())
        let ids = await farm.cloud.phoneIDs
        for (number, fault) in [
            (3, CloudPhoneFault.frozen), (104, .refused(code: "CPS.0042")), (205, .fails(code: "CPS.0054")),
            (306, .slow(factor: 20)),
        ] { await farm.cloud.setFault(fault, ofPhone: ids[number]) }
        // Reads that fail are asked again, and a call too many waits.
        await farm.cloud.add(CloudFault(.failsBefore(status: 502), operations: ["ListJobs"], after: 1, times: 2))
        await farm.cloud.add(CloudFault(.truncated, operations: ["ListJobs"], after: 2))
        let text = try Self.text("cloud-deploy.yml").replacing("delay: 30s", with: "delay: 10ms")
        let (record, _) = try await farm.run(text, opened, inputs: ["build": Self.game])
        #expect(record.counts[.changed] == 997, "\(record.counts) \(record.failures.prefix(4))")
        #expect(Set(record.failures.map(\.code)) == ["frozen", "CPS.0042", "CPS.0054"])
        // A job that failed was begun each time, and nothing else was begun twice.
        #expect(farm.cloud.record.phones.filter { $0.key != ids[205] }.values.allSatisfy { $0.installs <= 1 })
        #expect(await farm.store.keys(in: CloudFarm.bucket).count == 1)
        await farm.stop()
    }

    @Test("restarts go in waves, and a request too many does not stop them")
    func restart() async throws {
        let farm = try cloud()
        let opened = try await farm.open(try await farm.start())
        let ids = await farm.cloud.phoneIDs
        await farm.cloud.setFault(.frozen, ofPhone: ids[400])
        let text = try Self.text("cloud-nightly-restart.yml").replacing("delay: 60s", with: "delay: 10ms")
            .replacing("delay: 20s", with: "delay: 10ms")
        let (record, _) = try await farm.run(text, opened)
        #expect(record.counts[.changed] == 999, "\(record.counts) \(record.failures.prefix(4))")
        #expect(record.failures.map(\.code) == ["frozen"])
        #expect(record.waves.count == 3)
        #expect(farm.cloud.record.phones.filter { $0.key != ids[400] }.values.allSatisfy { $0.restarts == 1 })
        await farm.stop()
    }
}
