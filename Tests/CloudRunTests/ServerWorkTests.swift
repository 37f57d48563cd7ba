import CloudPhone
import DroverTesting
import Farm
import Journal
import Lanes
import Simulator
import Testing

@testable import CloudLinks

/// Steps on cloud servers themselves: their shared files, their power and their settings.
@Suite(.timeLimit(.minutes(3))) struct ServerWorkTests {
    @Test("files are uploaded once and shared with every server, listed page by page, and removed")
    func sharedFiles() async throws {
        let farm = try CloudFarm(servers: 2, phonesPerServer: 1)
        let opened = try await farm.open(try await farm.start())
        for number in 10..<33 { _ = try farm.folder.write("level \(number)", to: "levels/level-\(number).txt") }
        let text = """
            servers: all
            steps:
              - share-files: { from: \(farm.folder.path)/levels, to: /data/local/tmp/levels }
              - share-files: { list: /data/local/tmp/levels }
              - share-files: { delete: [/data/local/tmp/levels] }
              - share-files: { list: /data/local/tmp/levels }

            """
        let record = try await farm.run(text, opened).record
        #expect(record.counts[.changed] == 2, "\(record.failures)")
        #expect(await farm.store.keys(in: CloudFarm.bucket).count == 1)
        for server in record.phones {
            #expect(server.end(of: 0)?.outputs.values["shared"] == .integer(23))
            guard case .list(let found) = server.end(of: 1)?.outputs.values["files"] else {
                Issue.record("no list of files")
                continue
            }
            #expect(found.count == 23)
            guard case .map(let first) = found.first else { continue }
            #expect(first["name"] == .text("level-10.txt"))
            #expect(first["size"] == .integer(8))
            #expect(server.end(of: 3)?.outputs.values["files"] == .list([]))
        }
        await farm.stop()
    }

    @Test("servers are restarted, named, locked and sized, and their encode services restarted")
    func settings() async throws {
        let farm = try CloudFarm(servers: 3, phonesPerServer: 2) {
            $0.keypairs = ["farm-key", "farm-2027"]
            $0.encodersPerServer = 2
        }
        let opened = try await farm.open(try await farm.start())
        let text = """
            servers: all
            steps:
              - restart-server:
              - server-keypair: farm-2027
              - restart-encoders:
              - rename-server: studio

            """
        let record = try await farm.run(text, opened).record
        #expect(record.counts[.changed] == 3, "\(record.failures)")
        #expect(record.phones.allSatisfy { $0.end(of: 2)?.outputs.values["encoders"] == .integer(2) })
        #expect(await farm.cloud.serverNames == ["studio", "studio", "studio"])
        let client = try opened.accounts.session(of: "main").client
        for id in await farm.cloud.serverIDs {
            let detail = try await client.send(ShowCloudPhoneServerDetailOperation(serverID: id))
            #expect(detail.server.keypairName == "farm-2027")
        }
        await farm.stop()
    }

    /// Has servers do the same at the same time, begun in one turn of their lane.
    private static func together(
        _ ids: [String], _ session: AccountSession, on lane: Lane,
        _ work: @escaping @Sendable (any ConnectedServer) async throws -> Void
    ) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for id in ids {
                let link = CloudServerLink(
                    id: TargetID(kind: .server, name: id), server: id, session: session, lane: lane)
                group.addTask(executorPreference: lane) { try await work(link) }
            }
            try await group.waitForAll()
        }
        // All of them are free before the next work begins.
        for id in ids { while await session.client.gate.isTaken(id) { try await lane.sleep(for: .milliseconds(5)) } }
    }

    @Test("a shared app leaves ten servers by one DELETE, whose body is the service's own to the byte")
    func deletion() async throws {
        let farm = try CloudFarm(servers: 10, phonesPerServer: 2)
        let opened = try await farm.open(try await farm.start())
        #expect(try await ServerPlayTests.share(farm, opened).counts[.changed] == 10)
        let session = try opened.accounts.session(of: "main")
        let package = try PackageName(validating: "com.studio.game")
        try await Self.together(await farm.cloud.serverIDs, session, on: farm.lanes[0]) {
            let outcome = try await $0.uninstall(package, sharing: .auto)
            #expect(outcome.done.count == 2 && outcome.hasChangedServer)
        }
        let deletes = farm.cloud.record.calls.filter { $0.operation == "DeleteShareApps" }
        expectGolden(
            deletes.map { String(decoding: $0.body, as: UTF8.self) + "\n" }.joined(),
            "golden/cloud/delete-share-apps.json")
        await farm.stop()
    }

    @Test("servers that ask for the same at the same time share one request")
    func together() async throws {
        let farm = try CloudFarm(servers: 5, phonesPerServer: 1) { $0.keypairs = ["farm-key", "farm-2027"] }
        let opened = try await farm.open(try await farm.start())
        let session = try opened.accounts.session(of: "main")
        let file = FileToPush(
            path: try RemotePath(validating: "/data/local/tmp/a"), content: .bytes(SharedBytes([1])), modified: 0)
        let delivery = BatchedDelivery([file])
        let works: [(operation: String, work: @Sendable (any ConnectedServer) async throws -> Void)] = [
            ("RestartCloudPhoneServer", { try await $0.restart() }),
            ("UpdateKeypair", { try await $0.use(keypair: "farm-2027") }),
            ("PushShareFiles", { try await $0.share(delivery) }),
            ("ListShareFiles", { _ = try await $0.sharedFiles(in: RemotePath(validating: "/data/local/tmp")) }),
            ("DeleteShareFiles", { try await $0.unshare([RemotePath(validating: "/data/local/tmp/a")]) }),
            ("RestartEncodeServer", { _ = try await $0.restartEncoders() }),
        ]
        let ids = await farm.cloud.serverIDs
        for (operation, work) in works {
            try await Self.together(ids, session, on: farm.lanes[0], work)
            #expect(farm.cloud.record.count(operation) == 1, "\(operation)")
        }
        await farm.stop()
    }

    @Test("a bandwidth is resized, and what the cloud refuses is told with its code")
    func bandwidth() async throws {
        let farm = try CloudFarm(servers: 1, phonesPerServer: 1)
        let opened = try await farm.open(try await farm.start())
        let client = try opened.accounts.session(of: "main").client
        let server = try #require(await farm.cloud.serverIDs.first)
        let before = try await client.send(ShowCloudPhoneServerDetailOperation(serverID: server))
        let id = try #require(before.bandwidths.first?.id)
        func play(_ step: String) -> String { "servers: all\nsteps:\n  - \(step)\n" }
        let good = try await farm.run(play("server-bandwidth: { id: '\(id)', size: 350 }"), opened).record
        #expect(good.counts[.changed] == 1, "\(good.failures)")
        let after = try await client.send(ShowCloudPhoneServerDetailOperation(serverID: server))
        #expect(after.bandwidths.first?.size == 350)
        let other = String(repeating: "0", count: 32)
        let bad = try await farm.run(play("server-bandwidth: { id: '\(other)', size: 350 }"), opened).record
        #expect(bad.failures.map(\.code) == ["CPS.0115"], "\(bad.failures)")
        let lock = try await farm.run(play("server-keypair: nobody"), opened).record
        #expect(lock.failures.map(\.code) == ["CPS.0067"], "\(lock.failures)")
        await farm.stop()
    }

    @Test("a server that belongs to no account is told so, and so is one that its account does not have")
    func nobodysServer() async throws {
        let farm = try CloudFarm(servers: 1, phonesPerServer: 1)
        let opened = try await farm.open(try await farm.start())
        let own = Server(name: "rack-a", adbServer: Address(host: "127.0.0.1", port: 5037))
        await #expect {
            try await opened.accounts.connect(to: own, on: farm.lanes[0])
        } throws: {
            ($0 as? PhoneError)?.advice?.contains("`account: NAME`") == true
        }
        let gone = Server(name: "farm-9", adbServer: nil, cloud: CloudServer(account: "main"))
        await #expect {
            try await opened.accounts.connect(to: gone, on: farm.lanes[0])
        } throws: {
            "\($0)".contains("the account has no server of this name")
        }
        let name = try #require(await farm.cloud.serverNames.first)
        let named = Server(name: name, adbServer: nil, cloud: CloudServer(account: "main"))
        let link = try await opened.accounts.connect(to: named, on: farm.lanes[0])
        #expect(link.facts["way-in"] == "cloud main, \(await farm.cloud.serverIDs[0])")
        await farm.stop()
    }
}
