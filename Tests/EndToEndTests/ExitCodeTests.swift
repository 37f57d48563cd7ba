import Foundation
import Simulator
import Testing

@Suite("Exit codes and reports", .timeLimit(.minutes(5)))
struct ExitCodeTests {
    /// A command line for the phone's shell, the faulty phones among three, and what comes of it.
    struct Story: Sendable, CustomTestStringConvertible {
        let line: String
        let lost: Int
        let exitCode: Int32
        let sum: String

        var testDescription: String { sum }
    }

    private static let stories = [
        Story(line: "id", lost: 0, exitCode: 0, sum: "3 changed = 3 phones"),
        Story(line: "exit 3", lost: 0, exitCode: 1, sum: "3 failed = 3 phones"),
        Story(line: "exit 3", lost: 1, exitCode: 1, sum: "2 failed + 1 lost = 3 phones"),
        Story(line: "id", lost: 1, exitCode: 4, sum: "2 changed + 1 lost = 3 phones"),
        Story(line: "id", lost: 3, exitCode: 4, sum: "3 lost = 3 phones"),
    ]

    @Test("the exit code, the text and the JSON tell the same", arguments: stories)
    func agree(story: Story) async throws {
        let faults = [FaultAssignment(Fault(.refuse), .count(story.lost))]
        try await PracticeFarm.with(SimulationOptions(phones: 3, faults: faults)) { practice in
            let text = try await practice.run("exec", "all", "--retries", "0", "--", story.line)
            #expect(text.exitCode == story.exitCode, "\(text.error)")
            #expect(text.error.contains(story.sum), "\(text.error)")
            let json = try await practice.run("exec", "all", "--retries", "0", "--json", "--", story.line)
            #expect(json.exitCode == story.exitCode)
            #expect(json.error.isEmpty, "\(json.error)")
            let report = try RunJSON(json.output)
            #expect(report.exitCode.map(Int32.init) == story.exitCode)
            #expect(report.counts["total"] == 3)
            for verdict in ["changed", "failed", "lost"] {
                let number = report.counts[verdict] ?? 0
                #expect(story.sum.contains("\(number) \(verdict)") == (number > 0))
            }
        }
    }

    @Test func `equal answers are folded and failing phones are told apart`() async throws {
        try await PracticeFarm.with(SimulationOptions(phones: 12)) { practice in
            let line = "getprop ro.build.version.release"
            let result = try await practice.run("exec", "sim-[001-012]", "--quiet", "--", line)
            #expect(result.exitCode == 0, "\(result.error)")
            #expect(result.output.contains("sim-[001-012] (12)"), "\(result.output)")
        }
    }

    @Test func `a consent that was given lets a command reach a large farm`() async throws {
        try await PracticeFarm.with(SimulationOptions(phones: 21)) { practice in
            let held = try await practice.run("exec", "all", "--", "id")
            #expect(held.exitCode == 2)
            #expect(practice.farm.record.total(\.connections) == 0)
            let free = try await practice.run("exec", "all", "--yes", "--", "id")
            #expect(free.exitCode == 0, "\(free.error)")
            let narrowed = try await practice.run("exec", "all", "--limit", "sim-[001-020]", "--", "id")
            #expect(narrowed.exitCode == 0, "\(narrowed.error)")
        }
    }

    @Test(.enabled(if: SmallDisk.isPossible, "a disk of its own needs root and mounts"))
    func `a disk that fills up under the journal ends the run with 5 and whole lines`() async throws {
        try await PracticeFarm.with(SimulationOptions(phones: 12)) { practice in
            let disk = try SmallDisk(at: practice.drover.folder.appendingPathComponent("disk").path)
            defer { disk.remove() }
            let result = try await practice.run("exec", "all", "--runs", "disk", "--", "getprop; getprop; getprop")
            #expect(result.exitCode == 5, "\(result.error)")
            #expect(result.error.localizedLowercase.contains("no space left on device"), "\(result.error)")
            #expect(result.error.contains("= 12 phones"))
        }
    }
}
