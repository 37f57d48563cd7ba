import CloudLinks
import DroverTesting
import Farm
import Journal
import Planning
import Simulator
import Testing

/// What is for all phones of a server crosses the network once, and what is not does not reach phones that nobody chose.
@Suite(.timeLimit(.minutes(3))) struct SharedStorageTests {
    private func game(_ farm: CloudFarm) throws -> String {
        let bytes = try #require(RepositoryFile.bytes(at: RepositoryFile.path("fixtures/apps/game-1.apk")))
        return try farm.folder.write(
            try #require(PaddedAPK.bytes(of: Array(bytes), adding: 3 << 20)), to: "game.apk")
    }

    private func files(_ farm: CloudFarm) throws -> String {
        try farm.folder.folder("files")
        _ = try farm.folder.write([UInt8](repeating: 7, count: 2 << 20), to: "files/large.bin")
        _ = try farm.folder.write("small", to: "files/small.txt")
        return "\(farm.folder.path)/files"
    }

    @Test("a build and files for all phones of three servers go to each server once, and phones have them as their own")
    func once() async throws {
        let farm = try CloudFarm(servers: 3, phonesPerServer: 8)
        let opened = try await farm.open(try await farm.start())
        let text = """
            phones: all
            steps:
              - install: \(try game(farm))
              - push: { from: \(try files(farm)), to: /sdcard/game/ }
              - shell: sha256sum /sdcard/game/large.bin

            """
        let plan = try farm.plan(text, opened.inventory)
        #expect(plan.traffic.allSatisfy { $0.parts.allSatisfy { $0.refusal == nil && $0.phones == 8 } })
        let first = try await farm.run(text, opened).record
        #expect(first.counts[.changed] == 24, "\(first.failures.prefix(3))")
        let record = farm.cloud.record
        #expect(record.count("InstallApk") == 0 && record.count("PushFile") == 0)
        #expect(record.count("PushShareFiles") == 2, "one request for all servers, for each step")
        let payload = plan.traffic.reduce(UInt64(0)) { $0 + UInt64($1.size.bytes) }
        for (server, bytes) in record.bytesRead {
            #expect(Double(bytes) <= 1.1 * Double(payload), "\(server): \(bytes) of \(payload)")
        }
        #expect(record.bytesRead.count == 3)
        await opened.accounts.finish()
        #expect(farm.cloud.record.count("DeleteShareFiles") == 1, "the build is of no use on the shelf any more")
        // Everybody has it, by the phones' own word.
        let second = try await farm.run(text, opened).record
        #expect(second.phones.allSatisfy { $0.end(of: 0)?.verdict == .ok && $0.end(of: 1)?.verdict == .ok })
        #expect(farm.cloud.record.bytesRead == record.bytesRead)
        await farm.stop()
    }

    @Test("an app of several parts is installed from the shelf, too")
    func splits() async throws {
        let farm = try CloudFarm(servers: 1, phonesPerServer: 5)
        let opened = try await farm.open(try await farm.start())
        let splits = RepositoryFile.path("fixtures/apps/game-splits")
        try farm.folder.folder("splits")
        for name in RepositoryFile.names(in: splits) where name.hasSuffix(".apk") {
            let bytes = Array(try #require(RepositoryFile.bytes(at: "\(splits)/\(name)")))
            let isBase = name.contains("base")
            _ = try farm.folder.write(
                isBase ? try #require(PaddedAPK.bytes(of: bytes, adding: 2 << 20)) : bytes, to: "splits/\(name)")
        }
        let text = "phones: all\nsteps:\n  - install: { app: \(farm.folder.path)/splits, grant: all }\n"
        let first = try await farm.run(text, opened).record
        #expect(first.counts[.changed] == 5, "\(first.failures.prefix(3).map { "\($0.operation) \($0.reason)" })")
        #expect(farm.cloud.record.count("PushShareFiles") == 1)
        #expect(farm.cloud.record.count("InstallAPKs") + farm.cloud.record.count("InstallApk") == 0)
        let second = try await farm.run(text, opened).record
        #expect(second.counts[.ok] == 5, "\(second.failures.prefix(3))")
        await farm.stop()
    }

    @Test("phones that nobody chose, conditions, few phones and little bytes keep everything to those who get it")
    func notShared() async throws {
        let farm = try CloudFarm(servers: 2, phonesPerServer: 5)
        let opened = try await farm.open(try await farm.start())
        let game = try game(farm)
        let name = try #require(opened.inventory.phones.first { $0.server == "farm-1" }?.name)
        let text = """
            phones: all and not \(name)
            steps:
              - install: \(game)
              - push: { from: \(try files(farm)), to: /sdcard/game/ }
                when: phone.sdk != 99
              - push: { from: \(farm.folder.path)/files/small.txt, to: /sdcard/small.txt }

            """
        let plan = try farm.plan(text, opened.inventory)
        let printed = PlanPrinter().text(of: plan).replacing(farm.folder.path, with: "FOLDER")
        expectGolden(printed, "golden/cloud/plan-traffic.txt")
        let reasons = plan.traffic.map { $0.parts.map { $0.refusal ?? "shared" } }
        #expect(reasons[0][0].contains("4 of the 5 phones"), "\(reasons)")
        #expect(reasons[0][1] == "shared")
        #expect(reasons[1].allSatisfy { $0.contains("4 of the 5") || $0.contains("only during the run") }, "\(reasons)")
        #expect(reasons[2] == ["little enough", "little enough"])
        let record = try await farm.run(text, opened).record
        #expect(record.counts[.changed] == 9, "\(record.failures.prefix(3))")
        let pushes = farm.cloud.record.calls.filter { $0.operation == "PushShareFiles" }
        #expect(pushes.count == 1, "one server of two shares the build, and no files")
        #expect(farm.cloud.record.count("InstallApk") == 1)
        await farm.stop()
    }

    @Test("nothing is shared before the last wave has come, so that canaries are alone")
    func waves() async throws {
        let farm = try CloudFarm(servers: 1, phonesPerServer: 6)
        let opened = try await farm.open(try await farm.start())
        let text = "phones: all\nwaves: [1, 100%]\nsteps:\n  - install: \(try game(farm))\n"
        let record = try await farm.run(text, opened).record
        #expect(record.counts[.changed] == 6, "\(record.failures.prefix(3))")
        let calls = farm.cloud.record.calls.map(\.operation).filter { $0 == "InstallApk" || $0 == "PushShareFiles" }
        #expect(calls == ["InstallApk", "PushShareFiles"])
        await farm.stop()
    }

    @Test("a server that has no room gives each phone its own copy, and says so once")
    func noRoom() async throws {
        let farm = try CloudFarm(servers: 1, phonesPerServer: 5) { $0.sharedBytes = 1 << 20 }
        let told = Told()
        let opened = try await farm.open(try await farm.start(), tell: told.add)
        let text = "phones: all\nsteps:\n  - install: \(try game(farm))\n"
        let record = try await farm.run(text, opened).record
        #expect(record.counts[.changed] == 5, "\(record.failures.prefix(3))")
        #expect(farm.cloud.record.count("InstallApk") == 1)
        let lines = told.lines
        #expect(lines.count == 1 && lines.allSatisfy { $0.contains("its own copy: No space left") }, "\(lines)")
        await farm.stop()
    }

    @Test("a phone with a file of its own at the same place gets the new one for itself")
    func ownFile() async throws {
        let farm = try CloudFarm(servers: 1, phonesPerServer: 5)
        let opened = try await farm.open(try await farm.start())
        let name = try #require(opened.inventory.phones.first?.name)
        let before = "phones: \(name)\nsteps:\n  - shell: { command: 'cat > /sdcard/small.txt', input: old }\n"
        let old = """
            phones: \(name)
            steps:
              - shell: mkdir -p /sdcard/game
              - shell: cp /sdcard/small.txt /sdcard/game/small.txt

            """
        _ = try await farm.run(before, opened)
        _ = try await farm.run(old, opened)
        let text = """
            phones: all
            steps:
              - push: { from: \(try files(farm)), to: /sdcard/game/ }
              - shell: cat /sdcard/game/small.txt
                expect: { output: small }

            """
        let record = try await farm.run(text, opened).record
        #expect(record.counts[.changed] == 5, "\(record.failures.prefix(3))")
        #expect(farm.cloud.record.count("PushShareFiles") == 1)
        #expect(farm.cloud.record.phones.values.filter { $0.pushes > 0 }.count >= 1)
        await farm.stop()
    }

    @Test("a plan that would bring more to a server than allowed is refused, with the reason")
    func limit() async throws {
        let farm = try CloudFarm(servers: 1, phonesPerServer: 5)
        let limits = try Limits(bytesPerServer: ByteCount(4 << 20))
        let inventory = try await farm.open(try await farm.start(), limits: limits).inventory
        let name = try #require(inventory.phones.first?.name)
        let game = try game(farm)
        #expect(throws: Never.self) { try farm.plan("phones: all\nsteps:\n  - install: \(game)\n", inventory) }
        let error = #expect(throws: CloudFarm.Mistakes.self) {
            try farm.plan("phones: all and not \(name)\nsteps:\n  - install: \(game)\n", inventory)
        }
        let words = error?.description ?? ""
        #expect(words.contains("12.6 MB would go to farm-1 by `install game.apk`"), "\(words)")
        #expect(words.contains("`limits: bytes-per-server` allows 4.2 MB"), "\(words)")
        #expect(words.contains("4 of the 5 phones of its server take part"), "\(words)")
        await farm.stop()
    }
}
