import Foundation
import Simulator
import Testing

/// Payloads of a playbook, from its text to the phones.
@Suite("Payloads", .timeLimit(.minutes(5)))
struct PayloadTests {
    private static let playbook = """
        inputs: { folder: { type: directory, required: true } }
        payloads:
          game: { from: out/*.apk }
          levels: { from: "${{ inputs.folder }}/*.dat", prefix: levels/, mode: 600, mtime: 2026-01-01 }
        phones: all
        steps:
          - install: { payload: game }
          - id: pushed
            push: { payload: levels, to: /sdcard/game/ }
          - shell: test "$(cat /sdcard/game/levels/one.dat)" = ${{ inputs.word }}
            when: payloads.levels.files == 2
          - shell: echo ${{ payloads.levels.sha256 }} > /sdcard/game/sum

        """.replacing("required: true } }", with: "required: true }, word: { type: text, default: uno } }")

    private func prepare(_ practice: PracticeFarm) throws {
        let app = try Data(contentsOf: URL(filePath: PracticeFarm.project("fixtures/apps/game-1.apk")))
        let place = practice.drover.folder.appendingPathComponent("books/out")
        try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
        try app.write(to: place.appendingPathComponent("game-1.apk"))
        try practice.write("uno", to: "built/one.dat")
        try practice.write("due", to: "built/two.dat")
        try practice.write("tre", to: "built/three.txt")
        try practice.write(Self.playbook, to: "books/deploy.yml")
    }

    @Test func `payloads are planned, delivered, and there the next time`() async throws {
        try await PracticeFarm.with(SimulationOptions(phones: 3)) { practice in
            try prepare(practice)
            try await practice.drover.expect(
                "payload-plan", exitCode: 0,
                ["plan", "books/deploy.yml", "folder=built", "--offline", "--seed", "7"])
            let first = try await practice.run("run", "books/deploy.yml", "folder=built")
            #expect(first.exitCode == 0, "\(first.error)\(first.output)")
            #expect(practice.farm.record.total(\.successfulInstalls) == 3)
            #expect(practice.farm.record.total(\.receivedFiles) == 6)
            let sums = try await practice.run("exec", "all", "--", "ls /sdcard/game/levels; cat /sdcard/game/sum")
            #expect(sums.output.contains("one.dat"))
            #expect(!sums.output.contains("three.txt"))
            #expect(sums.output.contains("sim-[001-003]"), "\(sums.output)")
            let second = try await practice.run("run", "books/deploy.yml", "folder=built")
            #expect(second.exitCode == 0, "\(second.error)\(second.output)")
            #expect(practice.farm.record.total(\.receivedFiles) == 6)

            // Of the same size and, as the payload says, of the same time: told by its content.
            try practice.write("UNO", to: "built/one.dat")
            let third = try await practice.run("run", "books/deploy.yml", "folder=built", "word=UNO")
            #expect(third.exitCode == 0, "\(third.error)\(third.output)")
            #expect(practice.farm.record.total(\.receivedFiles) == 9)
        }
    }

    @Test func `a run is not resumed with a payload of other content`() async throws {
        try await PracticeFarm.with(SimulationOptions(phones: 2)) { practice in
            try prepare(practice)
            let failed = try await practice.run("run", "books/deploy.yml", "folder=built", "word=nothing")
            #expect(failed.exitCode == 1, "\(failed.error)\(failed.output)")
            // Of the same size and, as the payload says, of the same time: only its hash tells.
            try practice.write("tre", to: "built/one.dat")
            let refused = try await practice.run("resume")
            #expect(refused.exitCode == 2)
            #expect(refused.error.contains("payload levels has other content"), "\(refused.error)")
            #expect(!refused.error.contains("payload game has other content"), "\(refused.error)")
            let accepted = try await practice.run("resume", "--accept-changes")
            #expect(accepted.exitCode == 1, "\(accepted.error)")
            #expect(accepted.error.contains("accepted"), "\(accepted.error)")
        }
    }

    @Test func `a payload that is not there is advice of a check and an error of a run`() async throws {
        let drover = try DroverProcess()
        defer { drover.remove() }
        let text = """
            payloads:
              gone: { from: built/levels/ }
              none: built/*.pak
              far: { from: "https://builds.example/a.zip", sha256: \(String(repeating: "a", count: 64)) }
            phones: all
            steps:
              - push: { payload: gone, to: /sdcard/a/ }
              - push: { payload: none, to: /sdcard/b/ }
              - push: { payload: far, to: /sdcard/c/ }

            """
        try Data(text.utf8).write(to: drover.folder.appendingPathComponent("books.yml"))
        let built = drover.folder.appendingPathComponent("built")
        try FileManager.default.createDirectory(at: built, withIntermediateDirectories: true)
        try await drover.expect("payload-check-missing", exitCode: 0, ["check", "books.yml"])
        let run = try await drover.run(["run", "books.yml", "--simulate", "2"])
        #expect(run.exitCode == 2)
        #expect(run.error.contains("built/levels/ does not exist"), "\(run.error)")
        #expect(run.error.contains("built/*.pak matches nothing"), "\(run.error)")
    }
}
