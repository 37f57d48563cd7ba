import Farm
import Foundation
import Journal
import Testing

/// What commands about runs say when there is nothing to do, or what was asked cannot be done.
@Suite("Messages about runs", .timeLimit(.minutes(2)))
struct RunMessageTests {
    /// A run that ended and one that was killed.
    private func withRuns(_ body: (DroverProcess) async throws -> Void) async throws {
        try await DroverProcess.with { drover in
            let runs = drover.folder.appendingPathComponent("runs").path
            for (name, isKilled) in [("2026-11-18-bold-yak", false), ("2026-11-19-calm-elk", true)] {
                let id = try #require(RunID(name))
                let folder = RunFolder(id, in: runs)
                try FileManager.default.createDirectory(atPath: folder.path, withIntermediateDirectories: true)
                let journal = try JournalWriter(in: folder, now: { 1_795_219_200_000 })
                let target = try #require(Self.header(id).targets.first)
                try await journal.append(.runStarted(Self.header(id)))
                try await journal.append(.stepStarted(target, StepPath(step: 0), attempt: 1))
                guard !isKilled else { continue }
                let end = PhoneEnd(verdict: .ok)
                try await journal.append(
                    .stepEnded(target, StepPath(step: 0), StepEnd(verdict: .ok)), .phoneEnded(target, end),
                    .runEnded(RunEnd(counts: VerdictCounts([.ok]), exitCode: 0, why: "all well")))
            }
            try await body(drover)
        }
    }

    private static func header(_ id: RunID) -> RunHeader {
        RunHeader(
            id: id, title: "Look", commandLine: ["drover", "run", "look.yml"],
            targets: [.phone("sim-001")],
            steps: [StepLabel(path: StepPath(step: 0), keyword: "shell", summary: "shell id")])
    }

    @Test(
        "every message is a text that is looked after",
        arguments: [
            ("report-unknown", ["report", "calm-ekl"], 2), ("report-ambiguous", ["report", "2026"], 2),
            ("report-format", ["report", "--format", "html"], 2),
            ("report-unwritable", ["report", "yak", "--output", "no/such/place.xml"], 2),
            ("report-killed", ["report", "calm-elk"], 0), ("status-killed", ["status", "calm-elk"], 0),
            ("status-json", ["status", "bold-yak", "--json"], 0), ("cancel-ended", ["cancel", "bold-yak"], 2),
            ("prune-nothing-said", ["runs", "prune"], 2), ("prune-wrong", ["runs", "prune", "--keep", "lots"], 2),
            ("prune-unconfirmed", ["runs", "prune", "--keep", "0"], 2),
            ("prune-size", ["runs", "prune", "--max-size", "1GB"], 0), ("runs-list", ["runs"], 0),
        ])
    func message(name: String, arguments: [String], exitCode: Int) async throws {
        try await withRuns { drover in
            try await drover.expect(name, exitCode: Int32(exitCode), arguments)
        }
    }

    @Test("without any run every command says so", arguments: ["report", "status", "cancel"])
    func none(command: String) async throws {
        try await DroverProcess.with { drover in
            let result = try await drover.run([command])
            #expect(result.exitCode == 2)
            #expect(result.error == "error: there are no runs in runs; --runs names another folder\n")
        }
    }

    @Test func `what is no journal is said to be none`() async throws {
        try await withRuns { drover in
            try drover.write("not a journal\n", to: "runs/2026-11-20-odd-one/journal.jsonl")
            let result = try await drover.run(["report", "odd-one"])
            #expect(result.exitCode == 0)
            #expect(result.output.contains("a run without a readable beginning"))
        }
    }
}
