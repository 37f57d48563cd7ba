import DroverTesting
import Foundation
import Glibc
import Simulator
import Testing

/// What drover brings to the bucket of an account, and what a kill leaves there.
@Suite("What is staged in a bucket", .timeLimit(.minutes(5)))
struct StagedObjectsTests {
    private struct Listing: Decodable {
        struct Object: Decodable {
            let account, bucket, key: String
            let bytes: Int
            let modified: Int?
            let expires: String?
        }
        let staged: [Object]
    }

    private static let app = RepositoryFile.path("fixtures/apps/game-1.apk")

    private func write(_ practice: CloudPractice, _ text: String, to name: String) throws {
        try text.write(to: practice.drover.folder.appendingPathComponent(name), atomically: true, encoding: .utf8)
    }

    /// Gives the account another key.
    private func add(_ practice: CloudPractice, _ key: String) throws {
        let path = practice.drover.folder.appendingPathComponent("farm.yml")
        let farm = try String(contentsOf: path, encoding: .utf8)
        try write(
            practice, farm.replacing("bucket: farm-payload", with: "bucket: farm-payload\n    \(key)"), to: "farm.yml")
    }

    private func install(_ practice: CloudPractice) async throws {
        let result = try await practice.drover.run(["install", "all", Self.app, "--yes"])
        #expect(result.exitCode == 0, "\(result.error)\(result.output)")
    }

    private func listed(_ practice: CloudPractice) async throws -> [Listing.Object] {
        let result = try await practice.drover.run(["cache", "ls", "--farm", "farm.yml", "--json"])
        #expect(result.exitCode == 0, "\(result.error)")
        return try JSONDecoder().decode(Listing.self, from: Data(result.output.utf8)).staged
    }

    @Test func `what was brought is listed with its end, and removed when somebody says so`() async throws {
        try await CloudPractice.with(servers: 1, phones: 1) { practice in
            try add(practice, "staged-days: 30")
            for key in ["drover/notes.txt", "drover/abc.apk", "other/a.apk"] {
                #expect(await practice.store.store([1], as: key, in: "farm-payload"))
            }
            try await install(practice)
            let staged = try await listed(practice)
            let object = try #require(staged.first)
            #expect(staged.count == 1)
            #expect(object.account == "main" && object.bucket == "farm-payload")
            #expect(object.key.hasPrefix("drover/") && object.key.hasSuffix(".apk"))
            #expect(object.bytes == RepositoryFile.bytes(at: Self.app)?.count)
            #expect(abs((object.modified ?? 0) - time(nil)) < 600)
            let days = ISO8601DateFormatter()
            days.formatOptions = [.withFullDate]
            let expires = try #require(object.expires.flatMap { days.date(from: $0) })
            #expect((28.0...31.0).contains(expires.timeIntervalSinceNow / 86_400))
            let text = try await practice.drover.run(["cache", "--farm", "farm.yml"])
            #expect(text.output.contains("obs://farm-payload/\(object.key)  "), "\(text.output)")
            #expect(text.output.hasSuffix(" in the bucket farm-payload of the account main\n"), "\(text.output)")

            let command = ["cache", "prune", "--farm", "farm.yml"]
            let unasked = try await practice.drover.run(command)
            #expect(unasked.exitCode == 2)
            #expect(unasked.output.contains(object.key))
            #expect(unasked.error.contains("removing this object needs --yes"), "\(unasked.error)")
            let young = try await practice.drover.run(command + ["--older-than", "1d", "--yes"])
            #expect(young.output.hasPrefix("removed 0 objects (0 B), kept 1 object"), "\(young.output)")
            #expect(try await listed(practice).count == 1)
            let all = try await practice.drover.run(command + ["--yes"])
            #expect(all.exitCode == 0, "\(all.error)")
            #expect(all.output.contains("removed 1 object"), "\(all.output)")
            #expect(try await listed(practice).isEmpty)
            let left = await practice.store.keys(in: "farm-payload")
            #expect(left.sorted() == ["drover/abc.apk", "drover/notes.txt", "other/a.apk"])
            // Gone, and brought again when it is wanted.
            try await install(practice)
        }
    }

    @Test(
        "what cannot be meant is told",
        arguments: [
            (["--keep-bytes", "0B", "--farm", "farm.yml"], "--keep-bytes is for this machine"),
            (["--yes", "--older-than", "1d"], "--yes is for --farm"), (["--farm", "none.yml"], "none.yml"),
            (["--farm", "bare.yml"], "add `bucket:` to one below `accounts:`"),
        ])
    func mistakes(words: [String], reason: String) async throws {
        let drover = try DroverProcess()
        defer { drover.remove() }
        let account = "{ kind: huawei-cph, region: cn-north-4, auth: { ak: A, sk: sk } }"
        try "secrets: { sk: env SK }\naccounts: { main: \(account) }\n".write(
            to: drover.folder.appendingPathComponent("bare.yml"), atomically: true, encoding: .utf8)
        let result = try await drover.run(["cache", "prune"] + words)
        #expect(result.exitCode == 2)
        #expect(result.error.contains(reason), "\(result.error)")
    }

    // MARK: Uploads that a kill left

    /// Starts a delivery whose upload in parts stands still in the middle.
    private func stuck(_ practice: CloudPractice, _ name: String) async throws -> DroverProcess.Running {
        let folder = practice.drover.folder.appendingPathComponent(name)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        // More than goes in one piece, and another content for each name.
        let bytes = Data(SeededNumbers.bytes(34 << 20, seed: UInt64(name.utf8.count)))
        try bytes.write(to: folder.appendingPathComponent("big.bin"))
        let before = await practice.store.pendingUploadCount
        let parts = await practice.store.record.requests["UploadPart"] ?? 0
        await practice.store.misbehave { $0.stallingParts = 2 }
        let running = try practice.drover.start(["push", "all", name, "/sdcard/game/", "--yes"])
        for _ in 0..<3000 where await practice.store.pendingUploadCount == before {
            try await Task.sleep(for: .milliseconds(10))
        }
        // The note on the upload has its name as soon as a part of it has come.
        for _ in 0..<3000 where await practice.store.record.requests["UploadPart"] ?? 0 == parts {
            try await Task.sleep(for: .milliseconds(10))
        }
        return running
    }

    /// Makes every note on an upload two days older, in place: its lock is the file's.
    private func age(_ practice: CloudPractice) throws {
        let ledger = practice.drover.folder.appendingPathComponent(".cache/drover/uploads").path
        let names = RepositoryFile.names(in: ledger).filter { $0.hasSuffix(".upload") }
        #expect(!names.isEmpty)
        for name in names {
            let text = RepositoryFile.text(at: "\(ledger)/\(name)") ?? ""
            let began = text.split(separator: "\n").first { $0.hasPrefix("began ") } ?? ""
            let old = "began \((Int(began.dropFirst(6)) ?? 0) - 2 * 86_400)"
            let file = try FileHandle(forWritingTo: URL(fileURLWithPath: "\(ledger)/\(name)"))
            try file.write(contentsOf: Data(text.replacing(began, with: old).utf8))
            try file.close()
        }
    }

    @Test func `an upload that a kill left is ended by the next run a day later, one under way never`() async throws {
        try await CloudPractice.with(servers: 1, phones: 1) { practice in
            let killed = try await stuck(practice, "killed")
            killed.signal(SIGKILL)
            _ = await killed.ended()
            #expect(await practice.store.pendingUploadCount == 1)
            await practice.store.misbehave { $0.stallingParts = nil }
            // A day has not gone by.
            try await install(practice)
            #expect(await practice.store.pendingUploadCount == 1)
            let living = try await stuck(practice, "living-on")
            #expect(await practice.store.pendingUploadCount == 2)
            try age(practice)
            let pruned = try await practice.drover.run(["cache", "prune", "--farm", "farm.yml", "--yes"])
            let left = await practice.store.pendingUploadCount
            #expect(left == 1, "the one that is under way stays: \(pruned.output) \(pruned.error)")
            living.signal(SIGKILL)
            _ = await living.ended()
            await practice.store.misbehave { $0.stallingParts = nil }
            // A run that uses the bucket ends it meanwhile.
            try write(practice, "content", to: "small.txt")
            let pushed = try await practice.drover.run(["push", "all", "small.txt", "/sdcard/game/", "--yes"])
            #expect(pushed.exitCode == 0, "\(pushed.error)\(pushed.output)")
            #expect(await practice.store.pendingUploadCount == 0)
        }
    }

    @Test func `prune ends what was left today, too, and only what this machine knows of`() async throws {
        try await CloudPractice.with(servers: 1, phones: 1) { practice in
            let killed = try await stuck(practice, "killed")
            killed.signal(SIGKILL)
            _ = await killed.ended()
            await practice.store.misbehave { $0.stallingParts = nil }
            let elsewhere = try await practice.drover.run(
                ["cache", "prune", "--farm", "farm.yml", "--yes"], environment: ["DROVER_CACHE": "elsewhere"])
            #expect(elsewhere.exitCode == 0, "\(elsewhere.error)")
            #expect(await practice.store.pendingUploadCount == 1)
            let own = try await practice.drover.run(["cache", "prune", "--farm", "farm.yml", "--yes"])
            #expect(own.output.contains("ended the upload of obs://farm-payload/drover/"), "\(own.output)\(own.error)")
            #expect(await practice.store.pendingUploadCount == 0)
        }
    }
}
