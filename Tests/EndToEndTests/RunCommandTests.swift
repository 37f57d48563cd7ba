import DroverTesting
import Foundation
import Journal
import Simulator
import Testing

@Suite("Commands about runs", .timeLimit(.minutes(4)))
struct RunCommandTests {
    private static let playbook = """
        name: Slow
        phones: all
        steps:
          - shell: id
          - shell: sleep 60
            when: phone.name != 'sim-002'
            timeout: 2m

        """

    /// Puts names and times that differ from run to run into fixed words.
    private func plain(_ text: String, _ id: String) -> String {
        text.replacing(id, with: "RUN").replacing(/[0-9]+\.[0-9]+ s/, with: "N s")
            .replacing(/"milliseconds": [0-9]+/, with: "\"milliseconds\": N")
            .replacing(/time="[0-9.]+"/, with: "time=\"N\"").replacing(/"(started|bytes)": [0-9]+/) { "\"\($0.1)\": N" }
    }

    @Test func `a run is watched, cancelled in part and as a whole, and reported from another terminal`() async throws {
        try await PracticeFarm.with(SimulationOptions(phones: 4)) { practice in
            try practice.write(Self.playbook, to: "slow.yml")
            let running = try practice.drover.start(["run", "slow.yml", "--verbose", "--yes"])
            // All four have done their first step, and one has nothing left to do.
            #expect(await running.says("sim-002: changed"))
            var status = try await practice.run("status")
            while !status.output.contains("1 ended, 3 in flight") || status.output.contains("step 1") {
                status = try await practice.run("status")
            }
            let id = String(try #require(status.output.split(separator: " ").first))
            #expect(status.output.contains("Slow: running for"), "\(status.output)")
            #expect(try await practice.run("runs").output.contains("running  Slow  1 of 4 phones ended"))
            #expect(try await practice.run("resume").error.contains("it is still running"))

            let part = try await practice.run("cancel", "--phones", "sim-00[3-4]")
            #expect(part.output == "\(id): asked to cancel 2 of 4: sim-[003-004]\n")
            while !status.output.contains("3 ended, 1 in flight") { status = try await practice.run("status") }
            #expect(status.output.contains("sim-001"))
            #expect(try await practice.run("cancel", id).exitCode == 0)
            let end = await running.ended()
            #expect(end.exitCode == 130, "\(end.error)")

            #expect(try await practice.run("cancel").error.contains("\(id) is not running"))
            let after = try await practice.run("status", "latest")
            expectGolden(plain(after.output, id), "golden/cli/status-after-cancel.txt")
            let name = id.split(separator: "-").suffix(2).joined(separator: "-")
            for format in ["text", "json", "junit"] {
                let report = try await practice.run("report", name, "--format", format)
                #expect(report.exitCode == 0, "\(report.error)")
                #expect(report.output.contains("sim-0"))
            }
            let written = try await practice.run("report", "--format", "junit", "-o", "junit.xml")
            #expect(written.exitCode == 0 && written.output.isEmpty)
            let file = practice.drover.folder.appendingPathComponent("junit.xml")
            #expect(try String(contentsOf: file, encoding: .utf8).contains("<testsuites name=\"Slow\""))

            #expect(try await practice.run("runs", "prune", "--keep", "1").output == "nothing to remove\n")
            #expect(try await practice.run("runs", "prune", "--keep", "0").exitCode == 2)
            let pruned = try await practice.run("runs", "prune", "--keep", "0", "--yes")
            #expect(pruned.output == "\(id)\nremoved 1 of 1\n")
            #expect(try await practice.run("runs").output == "no runs yet\n")
        }
    }

    @Test func `a run is run again from the top for those who failed`() async throws {
        try await PracticeFarm.with(SimulationOptions(phones: 3)) { practice in
            try practice.write(
                "phones: all\nsteps:\n  - shell: echo first\n  - shell: test -e /sdcard/go\n", to: "go.yml")
            _ = try await practice.run("exec", "sim-001", "--", "touch", "/sdcard/go")
            #expect(try await practice.run("run", "go.yml").exitCode == 1)
            _ = try await practice.run("exec", "all", "--", "touch", "/sdcard/go")
            let again = try await practice.run("rerun", "--failed")
            #expect(again.exitCode == 0, "\(again.error)")
            #expect(again.output.contains("2 changed = 2 phones"), "\(again.output)")
            let lines = practice.farm.phones.map { $0.record.deeds.shellLines.count { $0 == "echo first" } }
            #expect(lines == [1, 2, 2])
        }
    }
}
