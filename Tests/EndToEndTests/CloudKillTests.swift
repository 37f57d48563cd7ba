import DroverTesting
import Farm
import Foundation
import Journal
import Simulator
import Testing

/// The playbooks for clouds on a thousand phones over the program itself, killed in the middle and gone on with.
@Suite("Killed runs on a thousand cloud phones", .timeLimit(.minutes(8)), .serialized)
struct CloudKillTests {
    /// One of the playbooks, and what tells that nothing was done twice.
    struct Play: Sendable, CustomTestStringConvertible {
        let name: String
        var arguments: [String] = []
        /// What is run before, and not killed.
        var before: String?
        /// Targets of all plays.
        var targets = 1000
        let twice: @Sendable (CloudPractice) async -> [String]
        var testDescription: String { name }
    }

    private static let package = "com.studio.game"

    private static func phones(
        _ practice: CloudPractice, _ count: @Sendable (SimulatedPhone) -> Int
    ) async -> [String] {
        var found: [String] = []
        for id in await practice.cloud.phoneIDs {
            if let phone = await practice.cloud.phone(id), count(phone) > 1 { found.append("\(id): \(count(phone))") }
        }
        return found
    }

    static let plays: [Play] = [
        Play(name: "cloud-deploy", arguments: ["build=game.apk", "assets=assets"]) { practice in
            let pushes = practice.cloud.record.phones.filter { $0.value.pushes > 1 || $0.value.installs > 0 }
            return await phones(practice) { $0.record.deeds.installs.count } + pushes.map { "\($0)" }
        },
        Play(name: "cloud-nightly-restart") { practice in
            practice.cloud.record.phones.filter { $0.value.restarts > 1 }.map { "\($0)" }
        },
        Play(
            name: "cloud-uninstall", arguments: ["package=\(package)", "--allow", "data-loss"],
            before: "phones: all\nsteps:\n  - install: small.apk\n", targets: 10
        ) { practice in
            practice.cloud.record.phones.filter { $0.value.uninstalls > 1 }.map { "\($0)" }
        },
        Play(
            name: "cloud-share-game",
            arguments: ["package=\(package)", "build=game.apk", "seed=server-001-00001"], targets: 1010
        ) { practice in
            let record = practice.cloud.record
            let pushes = record.calls.filter { $0.operation == "PushShareApps" }.map {
                String(decoding: $0.body, as: UTF8.self)
            }
            let servers = await practice.cloud.serverIDs
            return servers.filter { server in pushes.count { $0.contains(server) } > 1 }
                + record.phones.filter { $0.value.installs > 1 }.map { "\($0)" }
                + (record.count("BatchExportCloudPhoneData") > 1 ? ["exported twice"] : [])
        },
    ]

    @Test("nothing is done twice, and what nobody saw the answer of is told as unknown", arguments: plays)
    func killed(play: Play) async throws {
        // The files of a server's hundred phones come one after the other.
        let durations = JobDurations(
            others: .milliseconds(1500), kinds: [.install: .seconds(2), .push: .milliseconds(20)])
        try await CloudPractice.with(servers: 10, phones: 100, { $0.durations = durations }) { practice in
            let folder = practice.drover.folder
            let small = try #require(RepositoryFile.bytes(at: RepositoryFile.path("fixtures/apps/game-1.apk")))
            try Data(small).write(to: folder.appendingPathComponent("small.apk"))
            // Large enough to go through the storage that phones share.
            try Data(try #require(PaddedAPK.bytes(of: small, adding: 2 << 20)))
                .write(to: folder.appendingPathComponent("game.apk"))
            try FileManager.default.createDirectory(
                at: folder.appendingPathComponent("assets"), withIntermediateDirectories: true)
            try Data("asset".utf8).write(to: folder.appendingPathComponent("assets/a.txt"))
            if let before = play.before {
                try Data(before.utf8).write(to: folder.appendingPathComponent("before.yml"))
                let end = await (try practice.drover.start(["run", "before.yml", "--yes", "--quiet"])).ended()
                #expect(end.exitCode == 0, "\(end.error.suffix(600))")
            }
            // What is asked twice of a service that has answered badly is no better than what a kill leaves.
            await practice.cloud.add(
                CloudFault(.failsBefore(status: 502), operations: ["ListJobs"], after: 1, times: 2))
            await practice.cloud.add(CloudFault(.truncated, operations: ["ListJobs"], after: 4))
            let before = runs(practice)
            var random = SeededNumbers(seed: 20_261_122)
            let path = RepositoryFile.path("playbooks/\(play.name).yml")
            var command = ["run", path] + play.arguments + ["--yes"]
            let known = journal(practice, besides: before).count
            let running = try practice.drover.start(command + ["--verbose"])
            command = ["resume", "--yes"] + (play.arguments.contains("--allow") ? ["--allow", "data-loss"] : [])
            for _ in 0..<800 where !hasAnswer(journal(practice, besides: before), from: known) {
                try await Task.sleep(for: .milliseconds(20))
            }
            try await Task.sleep(for: .milliseconds(Int.random(in: 0...600, using: &random)))
            running.signal(SIGKILL)
            let killed = await running.ended()
            #expect(killed.exitCode == SIGKILL, "it was killed in its middle")
            let end = await (try practice.drover.start(command + ["--quiet"])).ended()
            let run = try #require(runs(practice).subtracting(before).first)
            let record = try JournalContents(reading: try practice.drover.journal(of: run)).record
            let failures = record.phones.compactMap { $0.end?.failure }
            #expect(
                failures.allSatisfy { $0.code == "unknown" || $0.reason.contains("nobody saw") },
                "\(failures.prefix(2).map { "\($0.code) \($0.reason)" }) \(end.error.suffix(600))")
            let counts = record.counts
            #expect(
                counts[.changed] + counts[.ok] + counts[.skipped] + failures.count == play.targets,
                "\(counts) \(end.error.suffix(600))")
            #expect(counts[.changed] + counts[.ok] > 0)
            let twice = await play.twice(practice)
            #expect(twice.isEmpty, "\(twice.prefix(3))")
        }
    }

    private func runs(_ practice: CloudPractice) -> Set<String> {
        let folder = practice.drover.folder.appendingPathComponent("runs").path
        return Set((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [])
    }

    private func journal(_ practice: CloudPractice, besides before: Set<String>) -> Data {
        guard let run = runs(practice).subtracting(before).first, let path = try? practice.drover.journal(of: run)
        else { return Data() }
        return (try? Data(contentsOf: URL(fileURLWithPath: path))) ?? Data()
    }

    /// Whether an answer with jobs was written down behind a place.
    private func hasAnswer(_ journal: Data, from place: Int) -> Bool {
        place < journal.count && journal.range(of: Data("\"job\":".utf8), in: place..<journal.count) != nil
    }
}
