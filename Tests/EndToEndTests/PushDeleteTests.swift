import Foundation
import Simulator
import Testing

/// `drover push --delete`, and what `drover check` says of two pushes with `delete`.
@Suite("Removing with one command", .timeLimit(.minutes(5)))
struct PushDeleteTests {
    private static let folder = "/sdcard/game/assets"

    private func names(_ practice: PracticeFarm) async throws -> String {
        let found = try await practice.run("exec", "all", "--", "cd \(Self.folder) && find . -type f")
        #expect(found.exitCode == 0, "\(found.error)")
        return found.output
    }

    @Test func `a push with --delete removes what is no longer here, and --owns takes a folder over`() async throws {
        try await PracticeFarm.with(SimulationOptions(phones: 2)) { practice in
            let line = "mkdir -p \(Self.folder)/map && cd \(Self.folder) && echo x > old && echo x > map/a"
            let there = try await practice.run("exec", "all", "--", line)
            #expect(there.exitCode == 0, "\(there.error)")
            try practice.write("one", to: "assets/one.txt")
            try practice.write("map", to: "assets/map")
            let refused = try await practice.run("push", "all", "assets/", Self.folder, "--delete")
            #expect(refused.exitCode == 1)
            #expect(refused.output.contains("was there before drover"), "\(refused.output)")
            #expect(try await names(practice).contains("./map/a"))

            let taken = try await practice.run("push", "all", "assets/", Self.folder, "--delete", "--owns")
            #expect(taken.exitCode == 0, "\(taken.error)\(taken.output)")
            let left = try await names(practice)
            #expect(left.contains("./one.txt"))
            #expect(left.contains("./map\n"), "\(left)")
            #expect(!left.contains("./old"), "\(left)")

            // Without the option nothing is removed, and with it the folder is known from then on.
            let stray = try await practice.run("exec", "all", "--", "echo x > \(Self.folder)/stray")
            #expect(stray.exitCode == 0)
            #expect(try await practice.run("push", "all", "assets/", Self.folder).exitCode == 0)
            #expect(try await names(practice).contains("./stray"))
            let known = try await practice.run("push", "all", "assets/", Self.folder, "--delete")
            #expect(known.exitCode == 0, "\(known.error)\(known.output)")
            #expect(try await !names(practice).contains("./stray"))
        }
    }

    @Test func `more than twenty phones need to be allowed in so many words`() async throws {
        try await PracticeFarm.with(SimulationOptions(phones: 21)) { practice in
            try practice.write("one", to: "assets/one.txt")
            let push = ["push", "all", "assets/", Self.folder]
            let plain = try await practice.drover.run(push)
            #expect(plain.exitCode == 0, "\(plain.error)")
            let refused = try await practice.drover.run(push + ["--delete", "--owns", "--yes"])
            #expect(refused.exitCode == 2)
            #expect(refused.error.contains("needs --allow data-loss"), "\(refused.error)")
            let allowed = try await practice.drover.run(push + ["--delete", "--owns", "--allow", "data-loss"])
            #expect(allowed.exitCode == 0, "\(allowed.error)")
        }
    }

    @Test func `two pushes that remove each other's files are told by a check`() async throws {
        let drover = try DroverProcess()
        defer { drover.remove() }
        let text = """
            phones: all
            steps:
              - push: { from: ., to: /sdcard/game/assets/, delete: true }
              - push: { from: ., to: /sdcard/game/assets/levels, delete: true }

            """
        try Data(text.utf8).write(to: drover.folder.appendingPathComponent("push.yml"))
        try await drover.expect("delete-mutual", exitCode: 0, ["check", "push.yml"])
    }
}
