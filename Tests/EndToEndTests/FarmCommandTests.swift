import Foundation
import Simulator
import Testing

@Suite("Commands about the farm", .timeLimit(.minutes(5)))
struct FarmCommandTests {
    @Test func `phones are listed for people and for programs`() async throws {
        let away = FaultAssignment(Fault(.refuse), .phone("sim-003"))
        try await PracticeFarm.with(SimulationOptions(phones: 3, faults: [away])) { practice in
            try await practice.drover.expect("phones-table", exitCode: 0, ["phones"])
            let json = try await practice.run("phones", "--format", "json")
            let rows = try #require(
                try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [[String: Any]])
            #expect(rows.compactMap { $0["name"] as? String } == ["sim-001", "sim-002", "sim-003"])
            #expect(rows.prefix(2).allSatisfy { $0["state"] as? String == "ready" })
            #expect(rows.last?["advice"] is String)
            let properties = try #require(rows.first?["properties"] as? [String: String])
            #expect(properties["ro.build.version.sdk"] == "34")
        }
    }

    @Test func `the farm that is there can be saved, and is never written over`() async throws {
        let away = FaultAssignment(Fault(.refuse), .phone("sim-003"))
        try await PracticeFarm.with(SimulationOptions(phones: 3, faults: [away])) { practice in
            let saved = try await practice.run("phones", "--save", "saved.yml")
            #expect(saved.exitCode == 0, "\(saved.error)")
            let run = try await practice.run("exec", "all", "--farm", "saved.yml", "--", "id")
            #expect(run.exitCode == 0, "\(run.error)")
            #expect(run.error.contains("2 changed = 2 phones"))
            let again = try await practice.run("phones", "--save", "saved.yml")
            #expect(again.exitCode == 2)
            #expect(again.error.contains("saved.yml"))
        }
    }

    @Test func `what moved is counted in bytes of files, not of the protocol`() async throws {
        try await PracticeFarm.with(SimulationOptions(phones: 2)) { practice in
            try practice.write("0123456789", to: "ten.bin")
            let pushed = try await practice.run("push", "all", "ten.bin", "/sdcard/Download/")
            #expect(pushed.output.contains(", 20 B moved"), "\(pushed.output)")
            let pulled = try await practice.run("pull", "all", "/sdcard/Download/ten.bin")
            #expect(pulled.output.contains(", 20 B moved"), "\(pulled.output)")
            let line = try #require(pulled.output.split(separator: "\n").first { $0.contains("what was pulled is in") })
            let place = try #require(line.split(separator: " ").last)
            let file = practice.drover.folder.appendingPathComponent("\(place)/sim-002/ten.bin")
            #expect(try String(contentsOf: file, encoding: .utf8) == "0123456789")
            #expect(!pushed.output.contains("pulled"))
        }
    }

    @Test func `a key is made for its owner only, is offered, and is never written over`() async throws {
        try await DroverProcess.with { drover in
            try await drover.expect("keys-none", exitCode: 2, ["keys", "list"])
            let made = try await drover.run(["keys", "new"])
            #expect(made.exitCode == 0, "\(made.error)")
            let key = drover.folder.appendingPathComponent(".android/adbkey").path
            let mode = try FileManager.default.attributesOfItem(atPath: key)[.posixPermissions] as? Int
            #expect(mode == 0o600)
            let text = try Data(contentsOf: URL(fileURLWithPath: key))
            let listed = try await drover.run(["keys"])
            #expect(listed.output == made.output)
            try await drover.expect("keys-there", exitCode: 2, ["keys", "new"])
            #expect(try Data(contentsOf: URL(fileURLWithPath: key)) == text)
        }
    }

    @Test func `a key that was made lets us in where keys are asked for`() async throws {
        try await DroverProcess.with { drover in
            _ = try await drover.run(["keys", "new"])
            let simulator = try drover.start(
                ["simulate", "--phones", "2", "--auth-key", ".android/adbkey.pub", "--for", "60s"])
            let farm = await simulator.prints("sim-")
            try drover.write(farm.joined(separator: "\n") + "\n", to: "farm.yml")
            let run = try await drover.run(["exec", "all", "--retries", "0", "--", "id"])
            #expect(run.exitCode == 0, "\(run.error)")
            let stranger = try await drover.run(
                ["exec", "all", "--retries", "0", "--", "id"], environment: ["HOME": "/dev/null/nowhere"])
            #expect(stranger.exitCode == 4, "\(stranger.error)")
            #expect(stranger.error.contains("drover keys new"))
            simulator.signal(SIGINT)
            _ = await simulator.ended()
        }
    }
}
