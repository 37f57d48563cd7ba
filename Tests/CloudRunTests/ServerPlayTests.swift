import CloudLinks
import DroverTesting
import Farm
import Journal
import Simulator
import Testing

/// Plays for servers over a cloud's REST interface, judged by what the simulated service and its phones wrote down.
@Suite(.timeLimit(.minutes(3))) struct ServerPlayTests {
    private static let game = RepositoryFile.path("fixtures/apps/game-1.apk")
    private static let uninstall = "servers: all\nsteps:\n  - uninstall: com.studio.game\n"

    /// Shares the game from the first phone of the first server.
    static func share(_ farm: CloudFarm, _ opened: CloudFarm.Opened, more: String = "") async throws -> RunRecord {
        let seed = try #require(opened.inventory.phones.first?.name)
        let step = "share-app: { package: com.studio.game, from: \(seed), app: \(game)\(more) }"
        return try await farm.run("servers: all\nsteps:\n  - \(step)\n", opened).record
    }

    @Test("an app that ten servers share is exported once and pushed by few calls, and leaves them by few")
    func acrossServers() async throws {
        let farm = try CloudFarm(servers: 10, phonesPerServer: 20)
        let opened = try await farm.open(try await farm.start())
        let shared = try await Self.share(farm, opened)
        #expect(shared.counts[.changed] == 10, "\(shared.failures)")
        for (operation, counts) in [
            ("InstallApk", 1...1), ("BatchExportCloudPhoneData", 1...1), ("PushShareApps", 1...5),
            ("ListShareFiles", 1...5), ("RunShellCommand", 2...10),
        ] {
            #expect(counts.contains(farm.cloud.record.count(operation)), "\(operation)")
        }
        #expect(shared.phones.allSatisfy { $0.output("installed") == .integer(20) })
        let before = farm.cloud.record.calls.count
        let gone = try await farm.run(Self.uninstall, opened).record
        #expect(gone.counts[.changed] == 10, "\(gone.failures)")
        #expect(
            gone.phones.allSatisfy { $0.output("uninstalled") == .integer(20) && $0.output("stopped") == .list([]) })
        let calls = farm.cloud.record.calls.dropFirst(before)
        let deletes = calls.filter { $0.operation == "DeleteShareApps" }
        #expect((1...5).contains(deletes.count))
        #expect(
            deletes.allSatisfy {
                $0.body.starts(with: Array(#"{"package_name":"com.studio.game","server_ids":["#.utf8))
            })
        #expect((2...10).contains(calls.count { $0.operation == "RunShellCommand" }))
        #expect(calls.count { $0.operation == "UninstallApk" } == 0)
        #expect(farm.cloud.record.throttled.isEmpty)
        let again = try await farm.run(Self.uninstall, opened).record
        #expect(again.counts[.ok] == 10, "\(again.failures)")
        #expect(again.phones.allSatisfy { $0.output("absent") == .integer(20) })
        await farm.stop()
    }

    @Test("an app that each phone has for itself is taken off by few calls, and nothing is deleted from servers")
    func ownApp() async throws {
        let farm = try CloudFarm(servers: 3, phonesPerServer: 8)
        let opened = try await farm.open(try await farm.start())
        let install = "phones: all\nsteps:\n  - install: \(Self.game)\n"
        #expect(try await farm.run(install, opened).record.counts[.changed] == 24)
        let record = try await farm.run(Self.uninstall, opened).record
        #expect(record.counts[.changed] == 3, "\(record.failures)")
        #expect((1...3).contains(farm.cloud.record.count("UninstallApk")))
        #expect(farm.cloud.record.count("DeleteShareApps") == 0)
        #expect(farm.cloud.record.phones.values.allSatisfy { $0.uninstalls == 1 })
        await farm.stop()
    }

    @Test("a phone that is shut down and still has the shared app is named, and the other servers are done")
    func holder() async throws {
        let farm = try CloudFarm(servers: 2, phonesPerServer: 4)
        let opened = try await farm.open(try await farm.start())
        #expect(try await Self.share(farm, opened).counts[.changed] == 2)
        let phone = try #require(opened.inventory.phones.first { $0.server == "farm-2" })
        let off = "phones: \(phone.name)\nsteps:\n  - power: off\n"
        #expect(try await farm.run(off, opened).record.counts[.changed] == 1)
        let record = try await farm.run(Self.uninstall, opened).record
        #expect(record.counts[.changed] == 1, "\(record.failures)")
        let server = try #require(record.phones.first { $0.target.name == "farm-2" })
        let serial = phone.serial ?? ""
        #expect(server.output("stopped") == .list([.text(serial)]))
        #expect(server.output("uninstalled") == .integer(3))
        let failure = try #require(server.end?.failure)
        #expect(failure.code == "phones")
        #expect(failure.reason.hasPrefix("1 of 4 phones failed: \(serial): still has the shared app, and is shut down"))
        await farm.stop()
    }

    @Test("a phone whose job fails is named with the service's code, and one whose job never ends is not known")
    func faults() async throws {
        let farm = try CloudFarm(servers: 2, phonesPerServer: 3)
        let place = try await farm.start()
        let opened = try await farm.open(place)
        let install = "phones: all\nsteps:\n  - install: \(Self.game)\n"
        #expect(try await farm.run(install, opened).record.counts[.changed] == 6)
        let ids = await farm.cloud.phoneIDs
        await farm.cloud.setFault(.fails(code: "CPS.0042"), ofPhone: ids[0])
        await farm.cloud.setFault(.endless, ofPhone: ids[3])
        let (record, folder) = try await farm.run(Self.uninstall + "    timeout: 2s\n", opened)
        #expect(record.counts[.failed] == 2, "\(record.failures)")
        let (first, second) = (record.failure(of: "farm-1"), record.failure(of: "farm-2"))
        #expect(first?.code == "phones")
        #expect(first?.reason.contains("CPS.0042") == true, "\(first?.reason ?? "")")
        #expect(second?.code == "unknown")
        #expect(record.phones.allSatisfy { $0.output("uninstalled") == .integer(2) })
        // Whoever goes on with the run knows the jobs, and asks for nothing a second time on the phones they are for.
        let later = try await farm.open(place)
        let resumed = try await farm.run(Self.uninstall + "    timeout: 2s\n", later, resuming: folder).record
        #expect(resumed.failure(of: "farm-2")?.code == "unknown")
        let work = farm.cloud.record.phones
        #expect(ids.dropFirst(3).allSatisfy { (work[$0]?.uninstalls ?? 0) <= 1 }, "\(work)")
        await farm.stop()
    }

    @Test("sharing is refused before anything is exported where there is no shared storage")
    func noSharedStorage() async throws {
        let farm = try CloudFarm(servers: 2, phonesPerServer: 2) { $0.hasSharedStorage = false }
        let opened = try await farm.open(try await farm.start())
        let record = try await Self.share(farm, opened)
        #expect(record.counts[.failed] == 2)
        #expect(record.failures.allSatisfy { $0.code == "CPS.0137" && $0.advice?.contains("specification") == true })
        #expect(farm.cloud.record.count("BatchExportCloudPhoneData") == 0)
        // Uninstalling needs none.
        #expect(try await farm.run(Self.uninstall, opened).record.counts[.ok] == 2)
        await farm.stop()
    }

    @Test("an app is shared only where twice its size is free")
    func noSpace() async throws {
        let farm = try CloudFarm(servers: 1, phonesPerServer: 2) { $0.sharedBytes = 1 << 20 }
        let opened = try await farm.open(try await farm.start())
        let file = try farm.folder.write(String(repeating: "x", count: 700_000), to: "big.bin")
        let push = "phones: all\nsteps:\n  - push: { from: \(file), to: /data/data/com.studio.game/files/big.bin }\n"
        let install = "phones: all\nsteps:\n  - install: \(Self.game)\n"
        #expect(try await farm.run(install, opened).record.counts[.changed] == 2)
        #expect(try await farm.run(push, opened).record.counts[.changed] == 2)
        let record = try await Self.share(farm, opened)
        #expect(
            record.failures.map(\.code) == ["no-space"],
            "\(record.failures) \(record.phones.map { $0.output("bytes") })")
        #expect(farm.cloud.record.count("PushShareApps") == 0)
        await farm.stop()
    }

    @Test("one push takes twenty servers, and a server that the account does not have fails by itself")
    func manyServers() async throws {
        let farm = try CloudFarm(servers: 21, phonesPerServer: 1)
        let opened = try await farm.open(try await farm.start())
        #expect(try await Self.share(farm, opened).counts[.changed] == 21)
        // Without a limit of the service one call would do.
        #expect((2...5).contains(farm.cloud.record.count("PushShareApps")))
        let gone = Server(
            name: "gone", adbServer: nil, cloud: CloudServer(account: "main", id: String(repeating: "0", count: 32)))
        let link = try await opened.accounts.connect(to: gone, on: farm.lanes[0])
        let package = try PackageName(validating: "com.studio.game")
        for sharing in AppSharing.allCases {
            await #expect {
                try await link.uninstall(package, sharing: sharing)
            } throws: {
                ($0 as? ServiceError)?.code == "CPS.0156"
            }
        }
        await farm.stop()
    }

    @Test(
        "an export that nobody waited for to the end is gone on with, and neither it nor the install is asked for again"
    )
    func resume() async throws {
        let farm = try CloudFarm(servers: 2, phonesPerServer: 2) { $0.durations.kinds[.export] = .seconds(4) }
        let place = try await farm.start()
        let opened = try await farm.open(place)
        let seed = try #require(opened.inventory.phones.first?.name)
        let play =
            "servers: all\nsteps:\n  - share-app: { package: com.studio.game, from: \(seed), app: \(Self.game) }\n"
        let (first, folder) = try await farm.run(play + "    timeout: 2s\n", opened)
        #expect(first.counts[.timedOut] == 2, "\(first.counts) \(first.failures)")
        // Another process would know nothing but the journal.
        let later = try await farm.open(place)
        let resumed = try await farm.run(play, later, resuming: folder).record
        #expect(resumed.counts[.changed] == 2, "\(resumed.failures)")
        #expect(farm.cloud.record.count("InstallApk") == 1)
        #expect(farm.cloud.record.count("BatchExportCloudPhoneData") == 1)
        #expect((1...2).contains(farm.cloud.record.count("PushShareApps")))
        await farm.stop()
    }

    @Test("a seed that nobody knows, and one without the app, are told in one line each")
    func seeds() async throws {
        let farm = try CloudFarm(servers: 2, phonesPerServer: 2)
        let opened = try await farm.open(try await farm.start())
        let seed = try #require(opened.inventory.phones.first?.name)
        for (from, code) in [("nobody", "no-seed"), (seed, "no-seed-app")] {
            let step = "share-app: { package: com.studio.game, from: \(from) }"
            let record = try await farm.run("servers: all\nsteps:\n  - \(step)\n", opened).record
            #expect(record.failures.map(\.code) == [code, code], "\(record.failures)")
        }
        await farm.stop()
    }
}

extension RunRecord {
    /// Why a target failed.
    func failure(of name: String) -> StepFailure? { phones.first { $0.target.name == name }?.end?.failure }
}

extension Journal.PhoneRecord {
    /// An output of the first step.
    func output(_ name: String) -> OutputValue? { end(of: 0)?.outputs.values[name] }
}
