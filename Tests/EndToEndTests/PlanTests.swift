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

    @Test func `a plan knows of a phone what its run will know, and the run keeps both files`() async throws {
        try await PracticeFarm.with(SimulationOptions(phones: 2, profiles: [.android11, .android14])) { practice in
            try practice.write(
                """
                name: New phones
                phones: all
                steps:
                  - shell: id
                    when: phone.sdk >= 34

                """, to: "new.yml")
            let plan = try await practice.run("plan", "new.yml")
            #expect(plan.exitCode == 0, "\(plan.error)")
            #expect(plan.output.contains("not for: 1 phone, sim-001"), "\(plan.output)")
            let run = try await practice.run("run", "new.yml")
            #expect(run.output.contains("1 changed + 1 skipped = 2 phones"), "\(run.output)")
            let runs = practice.drover.folder.path + "/runs"
            let id = try #require(try FileManager.default.contentsOfDirectory(atPath: runs).first)
            let frozen = try JSONSerialization.jsonObject(
                with: Data(contentsOf: URL(fileURLWithPath: "\(runs)/\(id)/plan.json")))
            let sources = try #require((frozen as? [String: Any])?["sources"] as? [String: String])
            #expect(sources["farm.yml"] == practice.farm.farmFileText)
            #expect(sources["new.yml"]?.contains("phone.sdk >= 34") == true)
        }
    }

    @Test func `offline nobody is dialled, neither phones nor the servers of a rack`() async throws {
        try await DroverProcess.with { drover in
            try drover.write(
                """
                servers:
                  rack: { adb-server: "127.0.0.1:1" }
                phones:
                  one: { adb: "tcp:127.0.0.1:1" }

                """, to: "farm.yml")
            let listed = try await drover.run(["phones", "--offline"])
            #expect(listed.exitCode == 0 && listed.error.isEmpty, "\(listed.error)")
            #expect(listed.output.contains("one"))
            let asked = try await drover.run(["phones", "sdk=33..", "--offline"])
            #expect(asked.exitCode == 2)
            #expect(asked.error.contains("ro.build.version.sdk, which only the phones know"), "\(asked.error)")
        }
    }
}
