import DroverTesting
import Farm
import Foundation
import Journal
import Simulator
import Testing

@Suite("Runs that are resumed", .timeLimit(.minutes(12)))
struct ResumeTests {
    /// Eight steps, with everything that a killed run must find its way back into.
    private static let playbook = """
        name: Eight steps
        phones: all
        steps:
          - shell: echo one
            id: one
          - set: { said: "${{ steps.one.output }}" }
          - shell: echo two after ${{ vars.said }}
          - block:
              - shell: echo three
              - shell: test -e /data/local/tmp/nowhere
            rescue:
              - shell: echo rescued
          - sync:
          - shell: echo four ${{ item }}
            loop: [a, b]
          - shell: echo five
          - shell: echo six

        """

    /// What the phone's shell gets of it.
    private static let lines = [
        "echo one", "echo two after one", "echo three", "test -e /data/local/tmp/nowhere", "echo rescued",
        "echo four a",
        "echo four b", "echo five", "echo six",
    ]

    @Test func `a run killed again and again finishes every step of every phone, none of them twice`() async throws {
        let kills = 200
        var random = SeededNumbers(seed: 20_261_121)
        var killed = 0
        while killed < kills {
            try await PracticeFarm.with(SimulationOptions(phones: 300)) { practice in
                try practice.write(Self.playbook, to: "eight.yml")
                while true {
                    let isBegun = hasJournal(practice)
                    let running = try practice.drover.start(
                        (isBegun ? ["resume"] : ["run", "eight.yml"]) + ["--verbose", "--yes"])
                    guard killed < kills else {
                        let end = await running.ended()
                        #expect(end.exitCode == 0, "\(end.error.suffix(500))")
                        break
                    }
                    // Somewhere in the next few hundred steps, or before the first.
                    if await running.says(lines: Int.random(in: 0...250, using: &random)) {
                        running.signal(SIGKILL)
                        killed += 1
                    }
                    let end = await running.ended()
                    if end.exitCode == 0 { break }
                    try #require(end.exitCode == SIGKILL, "\(end.error.suffix(500))")
                }
                try judge(practice)
            }
        }
    }

    /// False for a run that was killed before it had a journal: it has done nothing yet, and goes.
    private func hasJournal(_ practice: PracticeFarm) -> Bool {
        let runs = practice.drover.folder.appendingPathComponent("runs").path
        let names = (try? FileManager.default.contentsOfDirectory(atPath: runs)) ?? []
        if names.contains(where: { access("\(runs)/\($0)/journal.jsonl", F_OK) == 0 }) { return true }
        try? FileManager.default.removeItem(atPath: runs)
        return false
    }

    /// Compares the journal with what the simulated phones were asked for.
    private func judge(_ practice: PracticeFarm) throws {
        let contents = try JournalContents(reading: try practice.drover.journal())
        #expect(contents.damagedLines.isEmpty && !contents.isTorn)
        #expect(contents.record.counts[.changed] == 300, "\(contents.record.counts)")
        var successes: [TargetID: [StepPath: Int]] = [:]
        var starts: [TargetID: Int] = [:]
        for event in contents.events {
            switch event.body {
            case .stepStarted(let target, let path, _):
                starts[target, default: 0] += 1
                #expect(successes[target]?[path] == nil, "\(target) began \(path) after it had finished it")
            case .stepEnded(let target, let path, let end) where end.verdict == .ok || end.verdict == .changed:
                successes[target, default: [:]][path, default: 0] += 1
            default: break
            }
        }
        for phone in practice.farm.phones {
            let id = TargetID.phone(phone.name)
            // Nine shell steps, one of which fails as it should, with `set` and `sync` beside them.
            #expect(successes[id]?.count == 10 && successes[id]?.values.allSatisfy { $0 == 1 } == true, "\(id)")
            var asked: [String: Int] = [:]
            for line in phone.record.deeds.shellLines { asked[line, default: 0] += 1 }
            for line in Self.lines { #expect(asked[line, default: 0] >= 1, "\(id) was never asked to \(line)") }
            // A step that was under way when the run was killed begins again, and the journal tells of both.
            #expect(asked.values.reduce(0, +) <= starts[id] ?? 0, "\(id) did more than the journal knows of")
        }
    }

    @Test func `a run is not resumed while it goes on, nor with other content than it began with`() async throws {
        try await PracticeFarm.with(SimulationOptions(phones: 2)) { practice in
            try practice.write("one", to: "data.txt")
            try practice.write(
                """
                phones: all
                steps:
                  - push: { from: data.txt, to: /sdcard/data.txt }
                  - shell: test -e /sdcard/go

                """, to: "two.yml")
            #expect(try await practice.run("run", "two.yml").exitCode == 1)
            try practice.write("other", to: "data.txt")
            let refused = try await practice.run("resume")
            #expect(refused.exitCode == 2)
            #expect(refused.error.contains("data.txt has other content"), "\(refused.error)")
            _ = try await practice.run("exec", "all", "--", "touch", "/sdcard/go")
            let accepted = try await practice.run("resume", "--accept-changes")
            #expect(accepted.exitCode == 0, "\(accepted.error)")
            let again = try await practice.run("resume")
            #expect(again.exitCode == 0)
            #expect(again.output.contains("nothing to go on with"), "\(again.output)")
        }
    }
}
