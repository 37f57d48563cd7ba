import DroverTesting
import Foundation
import Simulator
import Testing

/// Programs of a studio's own inside a hundred phones, over ADB.
@Suite("Programs inside phones", .timeLimit(.minutes(5)), .serialized)
struct MediaTests {
    private static let phones = 100

    /// A farm on which the game is.
    private func withGame(_ body: (PracticeFarm) async throws -> Void) async throws {
        try await PracticeFarm.with(SimulationOptions(phones: Self.phones)) { practice in
            let app = PracticeFarm.project("fixtures/apps/game-1.apk")
            let installed = try await practice.run("install", "all", app, "--yes")
            #expect(installed.exitCode == 0, "\(installed.error)")
            try await body(practice)
        }
    }

    private func capture(_ practice: PracticeFarm, _ more: String...) async throws -> DroverProcess.Result {
        let playbook = PracticeFarm.project("playbooks/media-capture.yml")
        return try await practice.drover.run(["run", playbook, "app=com.studio.game", "play=1s"] + more)
    }

    private func pulled(_ practice: PracticeFarm, _ phone: String, _ file: String) -> String? {
        let runs = practice.drover.folder.appendingPathComponent("runs").path
        let run = RepositoryFile.names(in: runs).last { name in
            RepositoryFile.names(in: "\(runs)/\(name)/pulled").contains(phone)
        }
        return RepositoryFile.text(at: "\(runs)/\(run ?? "")/pulled/\(phone)/media/\(file)")
    }

    @Test func `the shipped example records while the game is played, on every phone`() async throws {
        try await withGame { practice in
            let result = try await capture(practice)
            #expect(result.exitCode == 0, "\(result.output)\(result.error)")
            #expect(result.output.contains("100 changed = 100 phones"), "\(result.output)")
            for number in 1...Self.phones {
                let name = "sim-" + String(1000 + number).dropFirst()
                let capture = pulled(practice, name, "capture.txt") ?? ""
                #expect(capture.hasPrefix("# seconds free-kB processes\n"), "\(name): \(capture)")
                #expect(capture.contains("# end: "), "\(name): \(capture)")
                let log = pulled(practice, name, "capture.log") ?? ""
                #expect(log.hasPrefix("capturing to /data/local/tmp/capture.txt"), "\(name): \(log)")
                #expect(log.contains("ended after "), "\(name): \(log)")
            }
            // Touches came while it ran, and nothing of it is left running.
            #expect(practice.farm.record.phones.allSatisfy { $0.deeds.inputs.contains("tap 540 1200") })
            let left = try await practice.run(
                "exec", "all", "--yes", "--", "grep -ls 'phone-sample[r]' /proc/*/cmdline; :")
            #expect(left.output.contains("no output"), "\(left.output)")
            // What is there already is not sent again.
            let files = practice.farm.record.total(\.receivedFiles)
            let again = try await capture(practice)
            #expect(again.exitCode == 0, "\(again.output)\(again.error)")
            #expect(practice.farm.record.total(\.receivedFiles) == files)
        }
    }

    @Test func `a program that dies fails its phone with its last words, and no other`() async throws {
        try await withGame { practice in
            let program = """
                #!/system/bin/sh
                echo "# sound" >"$1"
                trap 'echo "# end" >>"$1"; exit 0' TERM
                echo capturing
                sleep 0.2
                [ -e /data/local/tmp/broken ] && { echo no microphone >&2; exit 9; }
                while :; do sleep 0.1; done

                """
            try practice.write(program, to: "tap.sh")
            _ = try await practice.run("exec", "sim-007", "--", "touch /data/local/tmp/broken")
            let result = try await capture(practice, "program=tap.sh")
            #expect(result.exitCode == 1, "\(result.output)\(result.error)")
            #expect(result.output.contains("1 phone failed at step 1.1, Record"), "\(result.output)")
            #expect(result.output.contains("exit code 9: no microphone"), "\(result.output)")
            #expect(result.output.contains("99 changed + 1 failed = 100 phones"), "\(result.output)")
            #expect(pulled(practice, "sim-007", "capture.log") == "capturing\nno microphone\n")
            #expect(pulled(practice, "sim-007", "capture.txt") == "# sound\n")
            #expect(pulled(practice, "sim-008", "capture.txt") == "# sound\n# end\n")
        }
    }

    @Test func `a run that is killed leaves no program running, and records anew when it is gone on with`() async throws
    {
        try await withGame { practice in
            let playbook = PracticeFarm.project("playbooks/media-capture.yml")
            let runs = practice.drover.folder.appendingPathComponent("runs").path
            let earlier = Set(RepositoryFile.names(in: runs))
            let running = try practice.drover.start(["run", playbook, "app=com.studio.game", "play=3s"])
            while !practice.farm.record.phones.allSatisfy({ $0.deeds.inputs.contains("tap 540 1200") }) {
                try await Task.sleep(for: .milliseconds(20))
            }
            running.signal(SIGKILL)
            #expect(await running.ended().exitCode == SIGKILL)
            let killed = try #require(
                RepositoryFile.names(in: runs).first { !earlier.contains($0) && $0.hasPrefix("20") })
            let look = ["exec", "all", "--yes", "--", "grep -ls 'phone-sample[r]' /proc/*/cmdline; :"]
            // Each phone notices at its own time that its connection is gone.
            while try await !practice.drover.run(look).output.contains("(100, no output)") {}
            let result = try await practice.run("resume", killed, "--yes")
            #expect(result.exitCode == 0, "\(result.output)\(result.error)")
            #expect(result.output.contains("100 changed = 100 phones"), "\(result.output)")
            #expect(pulled(practice, "sim-050", "capture.txt")?.contains("# end: ") == true)
        }
    }

    @Test func `a block that fails, and a step that is out of time, end the program and keep its log`() async throws {
        try await PracticeFarm.with(SimulationOptions(phones: 3)) { practice in
            let program = PracticeFarm.project("playbooks/programs/phone-sampler.sh")
            let media = "program: \(program), args: [/data/local/tmp/a.txt, \"0.2\"], ready: capturing"
            try practice.write(
                """
                phones: all
                steps:
                  - block:
                      - media: { \(media), keep: /data/local/tmp/a.txt, log: failed }
                        background: true
                      - shell: exit 5
                    rescue:
                      - media: { \(media), log: late }
                        timeout: 2s

                """, to: "media.yml")
            let result = try await practice.run("run", "media.yml")
            #expect(result.output.contains("not done within 2s"), "\(result.output)\(result.error)")
            for phone in ["sim-001", "sim-003"] {
                #expect(pulled(practice, phone, "a.txt")?.contains("# end: ") == true)
                #expect(pulled(practice, phone, "failed.log")?.contains("ended after ") == true)
                #expect(pulled(practice, phone, "late.log")?.hasPrefix("capturing") == true)
            }
            let left = try await practice.run("exec", "all", "--", "grep -ls 'phone-sample[r]' /proc/*/cmdline; :")
            #expect(left.output.contains("(3, no output)"), "\(left.output)")
        }
    }

    @Test func `what is no program for phones is told before a phone is touched`() async throws {
        try await PracticeFarm.with(SimulationOptions(phones: 1)) { practice in
            try practice.write("text\n", to: "notes.txt")
            try practice.write("phones: all\nsteps:\n  - media: notes.txt\n", to: "media.yml")
            let result = try await practice.run("run", "media.yml")
            #expect(result.exitCode == 2, "\(result.output)\(result.error)")
            #expect(result.error.contains("neither a native program (ELF) nor a script"), "\(result.error)")
            #expect(practice.farm.record.phones.allSatisfy { $0.deeds.commands == 0 })
        }
    }
}
