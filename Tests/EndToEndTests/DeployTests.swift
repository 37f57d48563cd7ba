import Simulator
import Testing

@Suite("Deploying a build", .timeLimit(.minutes(5)), .serialized)
struct DeployTests {
    private let playbook = PracticeFarm.project("playbooks/deploy-build.yml")
    private func app(_ name: String) -> String { "build=" + PracticeFarm.project("fixtures/apps/\(name)") }

    @Test func `a first run changes every phone, the same again is ok and moves nothing, other content is installed`()
        async throws
    {
        try await PracticeFarm.with(SimulationOptions(phones: 30)) { practice in
            try practice.write("level one", to: "assets/level1.dat")
            try practice.write("level two", to: "assets/deep/level2.dat")

            let first = try await practice.run(
                "run", playbook, app("game-2.apk"), "assets=assets", "--allow", "data-loss")
            #expect(first.exitCode == 0, "\(first.error)\(first.output)")
            #expect(first.output.contains("30 changed = 30 phones"))
            let installs = practice.farm.record.total(\.successfulInstalls)
            #expect(installs == 30)

            let bytes = practice.farm.record.total(\.payloadBytes)
            let second = try await practice.run(
                "run", playbook, app("game-2.apk"), "assets=assets", "--allow", "data-loss")
            #expect(second.exitCode == 0, "\(second.error)\(second.output)")
            #expect(second.output.contains("30 ok = 30 phones"))
            #expect(practice.farm.record.total(\.payloadBytes) == bytes)

            let third = try await practice.run(
                "run", playbook, app("game-2-other.apk"), "assets=assets", "--allow", "data-loss")
            #expect(third.exitCode == 0, "\(third.error)\(third.output)")
            #expect(third.output.contains("30 changed = 30 phones"))
            #expect(practice.farm.record.total(\.successfulInstalls) == 60)
        }
    }

    @Test func `files that were lost since are delivered again although the app is there`() async throws {
        try await PracticeFarm.with(SimulationOptions(phones: 3)) { practice in
            try practice.write("level one", to: "assets/level1.dat")
            _ = try await practice.run("run", playbook, app("game-1.apk"), "assets=assets")
            let gone = try await practice.run("exec", "all", "--", "rm -r /sdcard/Android/obb/com.studio.game")
            #expect(gone.exitCode == 0, "\(gone.error)")
            let again = try await practice.run("run", playbook, app("game-1.apk"), "assets=assets")
            #expect(again.output.contains("3 changed = 3 phones"), "\(again.error)\(again.output)")
            #expect(practice.farm.record.total(\.successfulInstalls) == 3)
            let files = try await practice.run(
                "exec", "all", "--", "cat /sdcard/Android/obb/com.studio.game/level1.dat")
            #expect(files.output.contains("level one"))
            #expect(files.output.contains("sim-[001-003]"))
        }
    }
}
