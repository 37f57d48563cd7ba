import DroverTesting
import Farm
import Journal
import Simulator
import Testing

/// The playbooks for servers, as anybody would run them, on a simulated cloud with troubles.
@Suite(.timeLimit(.minutes(3)), .serialized) struct ServerPlaybookTests {
    private static let game = RepositoryFile.path("fixtures/apps/game-1.apk")

    /// A playbook that waits less between its attempts.
    private static func text(_ name: String) throws -> String {
        let text = try #require(RepositoryFile.text(at: RepositoryFile.path("playbooks/\(name)")))
        return text.replacing("delay: 30s", with: "delay: 10ms").replacing("delay: 60s", with: "delay: 10ms")
    }

    @Test("a game is shared with a thousand phones of ten servers, its bytes once per server, and taken off again")
    func shareAndUninstall() async throws {
        let farm = try CloudFarm(servers: 10, phonesPerServer: 100) { $0.opensADB = false }
        let opened = try await farm.open(try await farm.start())
        // Questions that were not answered are asked again, and that is all.
        await farm.cloud.add(CloudFault(.failsBefore(status: 502), operations: ["ListJobs"], after: 1, times: 2))
        await farm.cloud.add(CloudFault(.truncated, operations: ["ListJobs"], after: 6))
        let seed = try #require(opened.inventory.phones.first?.name)
        let inputs = ["package": "com.studio.game", "build": Self.game, "seed": seed]
        let shared = try await farm.run(try Self.text("cloud-share-game.yml"), opened, inputs: inputs).record
        #expect(shared.counts[.changed] == 10, "\(shared.counts) \(shared.failures.prefix(3))")
        #expect(shared.counts[.ok] == 1000, "\(shared.counts) \(shared.failures.prefix(3))")
        #expect(farm.cloud.record.count("BatchExportCloudPhoneData") == 1)
        #expect(farm.cloud.record.count("InstallApk") == 1)
        // One server first, and the other nine together.
        #expect((2...5).contains(farm.cloud.record.count("PushShareApps")))
        let size = try #require(shared.phones.lazy.compactMap { $0.output("bytes") }.first)
        guard case .integer(let bytes) = size else { return }
        #expect(farm.cloud.record.bytesRead.count == 10)
        #expect(farm.cloud.record.bytesRead.filter { $0.value == UInt64(bytes) }.count >= 9)

        let ids = await farm.cloud.phoneIDs
        await farm.cloud.setFault(.fails(code: "CPS.0042"), ofPhone: ids[250])
        let only = ["package": "com.studio.game", "servers": "farm-1, farm-2, farm-3"]
        let gone = try await farm.run(try Self.text("cloud-uninstall.yml"), opened, inputs: only).record
        #expect(gone.phones.count == 3)
        #expect(gone.counts[.changed] == 2, "\(gone.failures)")
        #expect(gone.failure(of: "farm-3")?.reason.contains("1 of 100 phones failed") == true, "\(gone.failures)")
        // Its reason is gone, and only what is left is done.
        await farm.cloud.setFault(nil, ofPhone: ids[250])
        let rest = try await farm.run(try Self.text("cloud-uninstall.yml"), opened, inputs: only).record
        #expect(rest.counts[.ok] == 2 && rest.counts[.changed] == 1, "\(rest.failures)")
        #expect(farm.cloud.record.throttled.isEmpty, "\(farm.cloud.record.throttled)")
        await farm.stop()
    }
}
