import DroverTesting
import Foundation
import Testing

@Suite("A regression night", .timeLimit(.minutes(5)), .serialized)
struct NightlyTests {
    private let arguments = [
        "run", PracticeFarm.project("playbooks/nightly-regression.yml"),
        "build=" + PracticeFarm.project("fixtures/apps/game-2.apk"),
        "tests=" + PracticeFarm.project("fixtures/apps/test-only.apk"), "--simulate", "3",
    ]
    private static let head = "com.studio.game.test/androidx.test.runner.AndroidJUnitRunner\n"

    private func night(
        _ tests: String, _ more: [String] = [], _ body: (DroverProcess, DroverProcess.Result, URL) async throws -> Void
    ) async throws {
        let drover = try DroverProcess()
        defer { drover.remove() }
        let file = drover.folder.appendingPathComponent("tests.txt")
        try Data((Self.head + tests).utf8).write(to: file)
        let result = try await drover.run(arguments + more, environment: ["DROVER_SIMULATED_TESTS": file.path])
        let runs = drover.folder.appendingPathComponent("runs")
        let run = try #require(RepositoryFile.names(in: runs.path).first { $0.hasPrefix("20") })
        try await body(drover, result, runs.appendingPathComponent(run))
    }

    @Test func `a night without failures ends well, and keeps the log`() async throws {
        let tests = """
            com.studio.LoginTest#logsIn passes
            com.studio.LoginTest#rejects flaky
            com.studio.ShopTest#opens ignored
            """
        try await night(tests) { drover, result, run in
            #expect(result.exitCode == 0, "\(result.error)\(result.output)")
            #expect(result.output.contains("3 changed = 3 phones"), "\(result.output)")
            let log = RepositoryFile.text(at: run.path + "/pulled/sim-001/logs/tests.log") ?? ""
            #expect(log.contains("TestRunner"))
            #expect(RepositoryFile.names(in: run.path + "/pulled/sim-001/collected").isEmpty)
            let junit = try await drover.run(["report", run.lastPathComponent, "--format", "junit"])
            #expect(junit.output.contains(#"name="logsIn""#), "\(junit.error)\(junit.output)")
        }
    }

    @Test func `a night with failures and a crash tells every case, and collects what there is`() async throws {
        let tests = """
            com.studio.LoginTest#logsIn passes
            com.studio.ShopTest#sells crashes
            com.studio.ShopTest#buys fails sold out
            com.studio.ShopTest#closes passes
            """
        try await night(tests) { drover, result, run in
            #expect(result.exitCode == 1, "\(result.error)\(result.output)")
            #expect(result.output.contains("2 of 4 cases failed: com.studio.ShopTest#sells"), "\(result.output)")
            for phone in ["sim-001", "sim-002", "sim-003"] {
                let folder = "\(run.path)/pulled/\(phone)/collected/001"
                let names = RepositoryFile.names(in: folder)
                #expect(names == ["logcat.txt", "manifest.json", "screenshot.png", "tombstones"], "\(phone)")
                #expect(RepositoryFile.text(at: "\(folder)/logcat.txt")?.contains("FATAL EXCEPTION") == true)
                #expect(
                    RepositoryFile.text(at: "\(folder)/manifest.json")?.contains(#""what": "anr", "missing""#) == true)
                #expect(RepositoryFile.names(in: "\(folder)/tombstones") == ["tombstone_00", "tombstone_01"])
            }
            let junit = try await drover.run(["report", run.lastPathComponent, "--format", "junit"])
            for name in ["logsIn", "sells", "buys", "closes"] {
                #expect(junit.output.contains("name=\"\(name)\""), "\(name)")
            }
            #expect(junit.output.contains("sold out"))
        }
    }

    @Test func `shards run every case once`() async throws {
        let tests = (1...12).map { "com.studio.Test\($0)#runs passes" }.joined(separator: "\n")
        try await night(tests, ["shard=across"]) { drover, result, run in
            #expect(result.exitCode == 0, "\(result.error)\(result.output)")
            let junit = try await drover.run(["report", run.lastPathComponent, "--format", "junit"])
            #expect(junit.output.components(separatedBy: #"name="runs""#).count == 13, "\(junit.output)")
        }
    }
}
