import Foundation
import Simulator
import Testing

@Suite("Plans", .timeLimit(.minutes(5)))
struct PlanTests {
    private func plan(_ practice: PracticeFarm, _ app: String, _ extra: String...) async throws -> DroverProcess.Result
    {
        let playbook = PracticeFarm.project("playbooks/deploy-build.yml")
        let build = "build=" + PracticeFarm.project("fixtures/apps/\(app)")
        return try await practice.drover.run(["plan", playbook, build, "assets=assets"] + extra)
    }

    @Test func `a plan tells what there is to do and changes nothing`() async throws {
        try await PracticeFarm.with(SimulationOptions(phones: 3)) { practice in
            try practice.write("level one", to: "assets/level1.dat")
            let fresh = try await plan(practice, "game-1.apk")
            #expect(fresh.exitCode == 0, "\(fresh.error)")
            #expect(fresh.output.contains("com.studio.game is not there: to install"), "\(fresh.output)")
            let app = PracticeFarm.project("fixtures/apps/game-1.apk")
            _ = try await practice.run("install", "all", app)
            let bytes = practice.farm.record.total(\.payloadBytes)

            let same = try await plan(practice, "game-1.apk")
            #expect(same.output.contains("nothing to do: 3 phones"), "\(same.output)")
            let newer = try await plan(practice, "game-2.apk", "--detailed-exit")
            #expect(newer.exitCode == 10)
            #expect(newer.output.contains("upgrade"), "\(newer.output)")

            #expect(practice.farm.record.total(\.successfulInstalls) == 3)
            #expect(practice.farm.record.total(\.receivedFiles) == 0)
            #expect(practice.farm.record.total(\.payloadBytes) == bytes)
            #expect(practice.farm.record.phones.allSatisfy { $0.deeds.uninstalls.isEmpty })
            let runs = try FileManager.default.contentsOfDirectory(atPath: practice.drover.folder.path + "/runs")
            #expect(runs.count == 1, "a plan is no run")
        }
    }

    @Test func `a plan without phones asks none`() async throws {
        try await PracticeFarm.with(SimulationOptions(phones: 3)) { practice in
            try practice.write("level one", to: "assets/level1.dat")
            let result = try await plan(practice, "game-1.apk", "--offline", "--seed", "7")
            #expect(result.exitCode == 0, "\(result.error)")
            #expect(result.output.contains("sim-[001-003]"))
            #expect(practice.farm.record.total(\.connections) == 0)
        }
    }
}
