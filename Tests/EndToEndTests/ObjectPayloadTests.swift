import DroverTesting
import Foundation
import Simulator
import Testing

/// Payloads, `drover fetch` and `drover pack` from the bucket of an account.
@Suite("Objects of a bucket as payloads", .timeLimit(.minutes(5)))
struct ObjectPayloadTests {
    private func store(_ practice: CloudPractice, _ objects: [String: String]) async {
        for (key, text) in objects {
            #expect(await practice.store.store(Array(text.utf8), as: key, in: "farm-payload"))
        }
    }

    private func write(_ practice: CloudPractice, _ text: String, to name: String) throws {
        try text.write(to: practice.drover.folder.appendingPathComponent(name), atomically: true, encoding: .utf8)
    }

    private func read(_ practice: CloudPractice, _ name: String) -> String? {
        RepositoryFile.bytes(at: practice.drover.folder.appendingPathComponent(name).path)
            .map { String(decoding: $0, as: UTF8.self) }
    }

    @Test func `a build and a folder of a bucket are delivered, and come once`() async throws {
        try await CloudPractice.with(servers: 1, phones: 2) { practice in
            let app = try #require(RepositoryFile.bytes(at: RepositoryFile.path("fixtures/apps/game-1.apk")))
            #expect(await practice.store.store(app, as: "builds/game.apk", in: "farm-payload"))
            await store(
                practice,
                [
                    "assets/": "", "assets/a.txt": "one", "assets/deep/手机 b.txt": "two", "assets/draft/c.txt": "no",
                    "other/d.txt": "no",
                ])
            try write(
                practice,
                """
                payloads:
                  game: { from: "${{ inputs.build }}", record: true }
                  assets: { from: obs://farm-payload/assets/, record: true, exclude: draft/ }
                inputs: { build: app }
                phones: all
                steps:
                  - install: { payload: game }
                  - push: { payload: assets, to: /sdcard/game/ }
                  - shell: cat /sdcard/game/a.txt
                    when: payloads.assets.files == 2

                """, to: "far.yml")
            for round in 0..<2 {
                let result = try await practice.drover.run([
                    "run", "far.yml", "build=obs://farm-payload/builds/game.apk", "--yes",
                ])
                #expect(result.exitCode == 0, "\(result.error)\(result.output)")
                #expect(
                    result.error.contains("fetched obs://farm-payload/assets/: 6 B") == (round == 0), "\(result.error)")
            }
            // Another version of one object, where the first was recorded.
            await store(practice, ["assets/a.txt": "three"])
            let other = try await practice.drover.run([
                "run", "far.yml", "build=obs://farm-payload/builds/game.apk", "--yes",
            ])
            #expect(other.exitCode == 5)
            #expect(
                other.error.contains("obs://farm-payload/assets/ holds other files than the first time"),
                "\(other.error)")
            #expect(other.error.contains("remove "), "\(other.error)")
        }
    }

    @Test(
        "a step that names an address itself is told where addresses stand",
        arguments: ["obs://b/a.apk", "https://b/a.apk"])
    func misplaced(address: String) async throws {
        let drover = try DroverProcess()
        defer { drover.remove() }
        try "phones: all\nsteps:\n  - install: \(address)\n".write(
            to: drover.folder.appendingPathComponent("near.yml"), atomically: true, encoding: .utf8)
        let result = try await drover.run(["run", "near.yml", "--simulate", "1"])
        #expect(result.exitCode == 2)
        #expect(result.error.contains("\(address) is an address, and no file of this machine"), "\(result.error)")
        #expect(result.error.contains("name it below `payloads:`"), "\(result.error)")
    }

    @Test func `fetch brings an object, and a folder with its own folders`() async throws {
        try await CloudPractice.with(servers: 1, phones: 1) { practice in
            await store(practice, ["b/levels/1.dat": "one", "b/levels/deep/2.dat": "two", "b/levels/deep/": ""])
            let one = try await practice.drover.run([
                "fetch", "obs://farm-payload/b/levels/1.dat", "--farm", "farm.yml",
            ])
            #expect(one.exitCode == 0, "\(one.error)")
            #expect(one.output.hasSuffix("  1.dat\n"))
            let all = try await practice.drover.run(["fetch", "obs://farm-payload/b/levels/"])
            #expect(all.exitCode == 0, "\(all.error)")
            #expect(all.output.split(separator: "\n").count == 2)
            #expect(read(practice, "levels/1.dat") == "one")
            #expect(read(practice, "levels/deep/2.dat") == "two")
            let into = try await practice.drover.run(["fetch", "obs://farm-payload/b/levels/deep/", "--into", "x/y"])
            #expect(into.exitCode == 0, "\(into.error)")
            #expect(read(practice, "x/y/2.dat") == "two")
        }
    }

    @Test func `pack takes a folder of objects`() async throws {
        try await CloudPractice.with(servers: 1, phones: 1) { practice in
            await store(practice, ["b/levels/1.dat": "one", "b/levels/deep/2.dat": "two"])
            let packed = try await practice.drover.run(["pack", "obs://farm-payload/b/levels/", "-o", "levels.tar"])
            #expect(packed.exitCode == 0, "\(packed.error)")
            let unpacked = try await practice.drover.run(["unpack", "levels.tar", "--into", "out"])
            #expect(unpacked.exitCode == 0, "\(unpacked.error)")
            #expect(read(practice, "out/deep/2.dat") == "two")
        }
    }

    @Test(
        "what cannot be fetched is one line with what to do",
        arguments: [
            (["obs://farm-payload/none.apk"], 1, "NoSuchKey"), (["obs://nobodys/a"], 1, "NoSuchBucket"),
            (["obs://farm-payload/none/"], 2, "holds no object"),
            (["obs://farm-payload"], 2, "write obs://farm-payload/"),
            (["obs://farm-payload/a", "--account", "other"], 2, "there are main"),
            (["https://a.example/x", "--account", "main"], 2, "are for obs:// addresses"),
            (["obs://farm-payload/b/", "-o", "x"], 2, "say --into FOLDER"),
        ])
    func refusals(words: [String], code: Int32, reason: String) async throws {
        try await CloudPractice.with(servers: 1, phones: 1) { practice in
            let result = try await practice.drover.run(["fetch"] + words)
            #expect(result.exitCode == code)
            #expect(result.error.contains(reason), "\(result.error)")
            #expect(result.error.split(separator: "\n").count == 1, "\(result.error)")
        }
    }

    @Test func `without an account nobody can be asked, and with several the bucket's own is`() async throws {
        try await CloudPractice.with(servers: 1, phones: 1) { practice in
            await store(practice, ["a.txt": "one"])
            let farm = try #require(read(practice, "farm.yml"))
            let account = try #require(farm.firstRange(of: "  main:\n"))
            let end = try #require(farm.firstRange(of: "servers:\n"))
            let block = farm[account.lowerBound..<end.lowerBound]
            let second = block.replacing("main:", with: "second:").replacing("farm-payload", with: "second-payload")
            try write(practice, farm.replacing("servers:\n", with: "\(second)servers:\n"), to: "two.yml")
            let own = try await practice.drover.run(["fetch", "obs://farm-payload/a.txt", "--farm", "two.yml"])
            #expect(own.exitCode == 0, "\(own.error)")
            let nobodys = try await practice.drover.run(["fetch", "obs://others/a.txt", "--farm", "two.yml"])
            #expect(nobodys.exitCode == 2)
            #expect(nobodys.error.contains("name one with `account`: there are main, second"), "\(nobodys.error)")
            try write(practice, "phones: { a: { adb: \"tcp:127.0.0.1:1\" } }\n", to: "none.yml")
            let none = try await practice.drover.run(["fetch", "obs://farm-payload/a.txt", "--farm", "none.yml"])
            #expect(none.exitCode == 2)
            #expect(none.error.contains("add one below `accounts:`"), "\(none.error)")
        }
    }
}
