import DroverTesting
import Foundation
import Simulator
import Testing

@Suite("Who holds phones, and who is unwell", .timeLimit(.minutes(5)))
struct CustodyTests {
    @Test func `a phone that another run holds is left to it, unless somebody waits`() async throws {
        try await PracticeFarm.with(SimulationOptions(phones: 3)) { practice in
            let first = try practice.drover.start(["exec", "sim-002", "--", "sleep 600"])
            try await holds(1, practice)
            let second = try await practice.run("exec", "all", "--", "id")
            #expect(second.exitCode == 5, "\(second.error)")
            #expect(second.error.contains("1 of 3 phones is held by another run"), "\(second.error)")
            #expect(second.error.contains("sim-002: held by"), "\(second.error)")
            #expect(second.error.contains("--wait 10m"), "\(second.error)")
            #expect(try await practice.run("exec", "sim-001", "--", "id").exitCode == 0)
            let runs = try FileManager.default.contentsOfDirectory(
                atPath: practice.drover.folder.appendingPathComponent("runs").path)
            #expect(runs.count == 2, "the run that never began left \(runs)")
            let third = try practice.drover.start(["exec", "all", "--wait", "5m", "--", "id"])
            #expect(await third.says("waiting"))
            first.signal(SIGKILL)
            _ = await first.ended()
            let ended = await third.ended()
            #expect(ended.exitCode == 0, "\(ended.error)")
            try await holds(0, practice)
        }
    }

    @Test func `a phone that is done is free for others while its run goes on`() async throws {
        try await PracticeFarm.with(SimulationOptions(phones: 3)) { practice in
            let steps = """
                phones: all
                steps:
                  - shell: id
                  - shell: sleep 600
                    when: phone.name == 'sim-002'
                """
            try practice.write(steps, to: "long.yml")
            let first = try practice.drover.start(["run", "long.yml"])
            #expect(await first.says("sim-001: changed"))
            let others = try await practice.run("exec", "sim-001, sim-003", "--wait", "2m", "--", "id")
            #expect(others.exitCode == 0, "\(others.error)")
            #expect(try await practice.run("exec", "sim-002", "--", "id").exitCode == 5)
            first.signal(SIGKILL)
            _ = await first.ended()
        }
    }

    /// Waits until so many leases stand in the book.
    private func holds(_ count: Int, _ practice: PracticeFarm) async throws {
        let folder = practice.drover.folder.appendingPathComponent("leases").path
        func isHeld(_ name: String) -> Bool {
            RepositoryFile.text(at: "\(folder)/\(name)")?.hasPrefix("drover-lease") ?? false
        }
        while RepositoryFile.names(in: folder).filter(isHeld).count != count { await Task.yield() }
    }

    @Test func `phones are quarantined by hand and by their failures, and selected by it`() async throws {
        let away = FaultAssignment(Fault(.refuse), .phone("sim-003"))
        try await PracticeFarm.with(SimulationOptions(phones: 5, faults: [away])) { practice in
            try await practice.drover.expect("quarantine-none", exitCode: 0, ["quarantine"])
            let added = try await practice.run("quarantine", "add", "sim-001", "--reason", "broken screen")
            #expect(added.exitCode == 0, "\(added.error)")
            for _ in 0..<3 { _ = try await practice.run("exec", "all", "--retries", "0", "--", "id") }
            let listed = try await practice.run("quarantine", "ls", "--json")
            let rows = try #require(
                try JSONSerialization.jsonObject(with: Data(listed.output.utf8)) as? [[String: Any]])
            #expect(rows.compactMap { $0["name"] as? String } == ["sim-001", "sim-003"])
            #expect(rows.last?["reason"] as? String == "unreachable: 3 of its last 3 runs")
            #expect((rows.last?["evidence"] as? [String])?.count == 3)
            let healthy = try await practice.run("exec", "healthy", "--", "id")
            #expect(healthy.exitCode == 0 && healthy.error.contains("= 3 phones"), "\(healthy.error)")
            try practice.write("phones: all\nsteps:\n  - shell: id\n", to: "all.yml")
            let plan = try await practice.run("plan", "all.yml", "--offline")
            #expect(plan.output.contains("2 quarantined: sim-001, sim-003"), "\(plan.output)")
            let table = try await practice.run("quarantine")
            #expect(table.output.contains("broken screen"), "\(table.output)")
            let released = try await practice.run("quarantine", "release", "quarantined and not sim-001")
            #expect(released.output == "released: sim-003\n", "\(released.error)")
            #expect(try await practice.run("quarantine", "release", "--all").output == "released: sim-001\n")
            #expect(try await practice.run("quarantine", "release", "all").output == "none of them was quarantined\n")
        }
    }

    @Test(arguments: [
        ["quarantine", "release"], ["quarantine", "release", "all", "--all"], ["quarantine", "add", "all"],
        ["quarantine", "add", "all", "--reason", " "],
        ["quarantine", "add", "all", "--reason", "x", "--simulate", "2"],
        ["exec", "all", "--wait", "5", "--", "id"], ["exec", "all", "--wait", "5m", "--no-wait", "--", "id"],
    ])
    func `what makes no sense is refused before anything is done`(arguments: [String]) async throws {
        try await DroverProcess.with { drover in
            try drover.write("phones: { a: \"tcp:127.0.0.1:1\" }\n", to: "farm.yml")
            let result = try await drover.run(arguments)
            #expect(result.exitCode == 2, "\(result.error)")
        }
    }
}
