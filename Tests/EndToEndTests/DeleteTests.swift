import Foundation
import Simulator
import Testing

/// `delete: true` of a push: what goes, what stays, and what nobody may touch.
@Suite("Removing what is no longer delivered", .timeLimit(.minutes(5)))
struct DeleteTests {
    private static let folder = "/sdcard/game/assets"

    /// A playbook of one push.
    private func push(_ more: String, to folder: String = folder) -> String {
        "phones: all\nsteps:\n  - id: pushed\n    push: { from: assets/, to: \(folder)/\(more) }\n"
    }

    private func run(_ practice: PracticeFarm, _ more: String = ", delete: true") async throws -> DroverProcess.Result {
        try practice.write(push(more), to: "push.yml")
        return try await practice.run("run", "push.yml")
    }

    private func prepare(_ practice: PracticeFarm) throws {
        try practice.write("one", to: "assets/one.txt")
        try practice.write("two", to: "assets/old/deep/two.txt")
        try practice.write("three", to: "assets/old/three.txt")
    }

    @Test func `what drover has brought goes when it is no longer there, and nothing else`() async throws {
        try await PracticeFarm.with(SimulationOptions(phones: 3)) { practice in
            try prepare(practice)
            let first = try await run(practice)
            #expect(first.exitCode == 0, "\(first.error)\(first.output)")
            try await practice.exec(
                "echo x > /sdcard/game/beside; echo x > '\(Self.folder)/-rf a'; mkdir \(Self.folder)/empty")
            try practice.remove("assets/old")

            try await practice.drover.expect("delete-plan", exitCode: 0, ["plan", "push.yml", "--seed", "7"])
            let second = try await run(practice)
            #expect(second.exitCode == 0, "\(second.error)\(second.output)")
            let left = try await practice.exec("cd /sdcard/game && find . ! -type d; cat assets/.drover-owned")
            #expect(left.contains("./beside"))
            #expect(left.contains("./assets/one.txt"))
            #expect(left.contains("drover delivers /storage/emulated/0/game/assets"), "\(left)")
            for gone in ["two.txt", "three.txt", "-rf a", "empty"] { #expect(!left.contains(gone), "\(left)") }
            let third = try await run(practice)
            #expect(
                third.error.contains("3 ok = 3 phones") || third.output.contains("3 ok = 3 phones"), "\(third.error)")
        }
    }

    @Test func `a folder that was there before is not touched unless the playbook names it as its own`() async throws {
        try await PracticeFarm.with(SimulationOptions(phones: 1)) { practice in
            try prepare(practice)
            try await practice.exec("mkdir -p \(Self.folder); echo x > \(Self.folder)/save")
            try practice.write(push(", delete: true"), to: "push.yml")
            try await practice.drover.expect("delete-not-owned", exitCode: 1, ["run", "push.yml"])
            #expect(practice.farm.record.total(\.receivedFiles) == 0, "it fails before the first byte")
            #expect(try await practice.exec("ls \(Self.folder)").contains("save"))

            let owned = try await run(practice, ", delete: true, owns: true")
            #expect(owned.exitCode == 0, "\(owned.error)\(owned.output)")
            #expect(try await !practice.exec("ls \(Self.folder)").contains("save"))
            // From now on it is known.
            let again = try await run(practice)
            #expect(again.exitCode == 0, "\(again.error)\(again.output)")
        }
    }

    @Test func `a folder that somebody removed and made anew is not drover's any more`() async throws {
        try await PracticeFarm.with(SimulationOptions(phones: 1)) { practice in
            try prepare(practice)
            #expect(try await run(practice).exitCode == 0)
            try await practice.exec(
                "mv \(Self.folder) /sdcard/game/moved && mkdir \(Self.folder) && echo x > \(Self.folder)/save"
            )
            let refused = try await run(practice)
            #expect(refused.exitCode == 1, "\(refused.error)\(refused.output)")
            #expect(try await practice.exec("ls \(Self.folder)").contains("save"))
            // Nor does the mark speak for a copy of the folder.
            try await practice.exec(
                "rm -r \(Self.folder); mkdir /sdcard/other; cp -r /sdcard/game/moved /sdcard/other/assets")
            try practice.write(push(", delete: true", to: "/sdcard/other/assets"), to: "push.yml")
            let copy = try await practice.run("run", "push.yml")
            #expect(copy.exitCode == 1, "\(copy.error)\(copy.output)")
            #expect(copy.error.contains("was there before") || copy.output.contains("was there before"))
        }
    }

    @Test func `a link in the folder's place, or on its way to elsewhere, is refused`() async throws {
        try await PracticeFarm.with(SimulationOptions(phones: 1)) { practice in
            try prepare(practice)
            try await practice.exec(
                """
                mkdir -p /data/local/tmp/real/a /data/local/tmp/far; echo x > /data/local/tmp/real/a/keep; \
                ln -s /data/local/tmp/real/a /data/local/tmp/far/link; ln -s /sdcard /data/local/tmp/far/card; \
                mkdir -p /sdcard/DCIM; echo x > /sdcard/DCIM/photo
                """)
            for (name, place) in [("link", "link"), ("card", "card/DCIM")] {
                try practice.write(
                    push(", delete: true, owns: true", to: "/data/local/tmp/far/\(place)"), to: "push.yml")
                try await practice.drover.expect("delete-\(name)", exitCode: 1, ["run", "push.yml"])
            }
            let left = try await practice.exec("cat /data/local/tmp/real/a/keep && ls /sdcard/DCIM")
            #expect(left.contains("photo"))
            #expect(practice.farm.record.total(\.receivedFiles) == 0)
        }
    }

    @Test func `what lies behind a link inside is not touched`() async throws {
        try await PracticeFarm.with(SimulationOptions(phones: 1)) { practice in
            try prepare(practice)
            let folder = "/data/local/tmp/assets"
            try practice.write(push(", delete: true", to: folder), to: "push.yml")
            #expect(try await practice.run("run", "push.yml").exitCode == 0)
            try await practice.exec(
                "mkdir /data/local/tmp/outside; echo x > /data/local/tmp/outside/keep; "
                    + "ln -s /data/local/tmp/outside \(folder)/link; ln -s /data/local/tmp/outside/keep \(folder)/old/file"
            )
            let again = try await practice.run("run", "push.yml")
            #expect(again.exitCode == 0, "\(again.error)\(again.output)")
            let left = try await practice.exec("ls \(folder) \(folder)/old; cat /data/local/tmp/outside/keep")
            #expect(!left.contains("link"))
            #expect(!left.contains("file"))
        }
    }

    @Test func `a delivery that fails removes nothing`() async throws {
        let full = try #require(FaultAssignment("full-after:2000000"))
        try await PracticeFarm.with(SimulationOptions(phones: 1, faults: [full])) { practice in
            try prepare(practice)
            #expect(try await run(practice).exitCode == 0)
            try practice.remove("assets/old")
            try practice.write(String(repeating: "0123456789", count: 900_000), to: "assets/big.bin")
            let failed = try await run(practice)
            #expect(failed.exitCode == 1, "\(failed.error)\(failed.output)")
            #expect(try await practice.exec("ls \(Self.folder)/old").contains("three.txt"))
        }
    }

    @Test(arguments: ["lacks:find", "lacks:xargs"])
    func `a phone without the tools is refused, and told of`(fault: String) async throws {
        let lacks = try #require(FaultAssignment(fault))
        try await PracticeFarm.with(SimulationOptions(phones: 1, faults: [lacks])) { practice in
            try prepare(practice)
            let name = "delete-" + fault.replacing(":", with: "-")
            try practice.write(push(", delete: true"), to: "push.yml")
            try await practice.drover.expect(name, exitCode: 1, ["run", "push.yml"])
            #expect(practice.farm.record.total(\.receivedFiles) == 0)
        }
    }

    @Test func `a storage that loses times keeps what is delivered`() async throws {
        let fault = try #require(FaultAssignment("loses-times"))
        try await PracticeFarm.with(SimulationOptions(phones: 1, faults: [fault])) { practice in
            try prepare(practice)
            #expect(try await run(practice).exitCode == 0)
            try practice.remove("assets/old/deep")
            let second = try await run(practice)
            #expect(second.exitCode == 0, "\(second.error)\(second.output)")
            let left = try await practice.exec("cd \(Self.folder) && find . -type f")
            #expect(left.contains("./old/three.txt"))
            #expect(!left.contains("two.txt"))
        }
    }

    @Test(arguments: ["6", "7", "9", "11", "14"])
    func `phones of every age that have the tools remove, and the others are refused`(release: String) async throws {
        var options = SimulationOptions(phones: 1)
        options.profiles = [try #require(Profile(named: release))]
        try await PracticeFarm.with(options) { practice in
            try prepare(practice)
            let first = try await run(practice)
            guard first.exitCode == 0 else {
                #expect(first.output.contains("to remove things with"), "\(first.error)\(first.output)")
                #expect(practice.farm.record.total(\.receivedFiles) == 0)
                let plain = try await run(practice, "")
                #expect(plain.exitCode == 0, "\(plain.error)\(plain.output)")
                return
            }
            try await practice.exec("cd \(Self.folder) && echo x > 'a b' && echo x > -n")
            try practice.remove("assets/old/deep")
            let second = try await run(practice)
            #expect(second.exitCode == 0, "\(second.error)\(second.output)")
            let left = try await practice.exec("cd \(Self.folder) && find . -type f")
            for gone in ["two.txt", "a b", "-n"] { #expect(!left.contains(gone), "\(left)") }
            #expect(left.contains("./old/three.txt"))
        }
    }

    @Test func `what the payload excludes stays, and an empty folder empties nothing`() async throws {
        try await PracticeFarm.with(SimulationOptions(phones: 1)) { practice in
            try prepare(practice)
            let text = """
                payloads: { assets: { from: assets/, exclude: ["*.sav", notes/] } }
                phones: all
                steps:
                  - push: { payload: assets, to: \(Self.folder)/, delete: true }

                """
            try practice.write(text, to: "payload.yml")
            #expect(try await practice.run("run", "payload.yml").exitCode == 0)
            try await practice.exec(
                "cd \(Self.folder); mkdir notes new; echo x > a.sav; echo x > notes/b; echo x > new/c.sav; echo x > d")
            try practice.remove("assets/old")
            let second = try await practice.run("run", "payload.yml")
            #expect(second.exitCode == 0, "\(second.error)\(second.output)")
            let left = try await practice.exec("cd \(Self.folder) && find . -type f")
            for kept in ["./a.sav", "./notes/b", "./new/c.sav", "./one.txt"] { #expect(left.contains(kept), "\(left)") }
            for gone in ["./d\n", "two.txt"] { #expect(!left.contains(gone), "\(left)") }

            try practice.remove("assets/one.txt")
            let empty = try await run(practice)
            #expect(empty.exitCode == 1)
            #expect((empty.error + empty.output).contains("holds no file"), "\(empty.error)")
            #expect(try await practice.exec("ls \(Self.folder)").contains("one.txt"))
        }
    }

    @Test func `what a check can see of it is told with its place`() async throws {
        let drover = try DroverProcess()
        defer { drover.remove() }
        let text = """
            payloads:
              packed: { from: ., pack: tar }
              tree: { from: . }
            phones: all
            steps:
              - push: { from: ., to: /sdcard/Download/, delete: true }
              - push: { payload: tree, to: /sdcard/Android/data/com.studio.game/, delete: true, owns: true }
              - push: { from: ., to: /system/app/a/b/, delete: true }
              - push: { payload: packed, to: /sdcard/game/assets/, delete: true }
              - push: { payload: tree, to: /sdcard/game/assets/, owns: true }
              - push: { payload: tree, to: /sdcard/game/assets/, delete: yes }

            """
        try Data(text.utf8).write(to: drover.folder.appendingPathComponent("push.yml"))
        try await drover.expect("delete-check", exitCode: 2, ["check", "push.yml"])
    }

    @Test func `more than twenty phones need to be allowed in so many words`() async throws {
        try await PracticeFarm.with(SimulationOptions(phones: 21)) { practice in
            try prepare(practice)
            let refused = try await run(practice)
            #expect(refused.exitCode == 2)
            #expect(refused.error.contains("needs --allow data-loss"), "\(refused.error)")
            let allowed = try await practice.run("run", "push.yml", "--allow", "data-loss")
            #expect(allowed.exitCode == 0, "\(allowed.error)")
        }
    }

    @Test func `a file and a folder that only its value forbids are refused before a phone is touched`() async throws {
        try await PracticeFarm.with(SimulationOptions(phones: 2)) { practice in
            try practice.write("one", to: "one.txt")
            let text = "phones: all\nsteps:\n  - push: { from: one.txt, to: \(Self.folder)/, delete: true }\n"
            try practice.write(text, to: "file.yml")
            try await practice.drover.expect("delete-file", exitCode: 2, ["run", "file.yml"])
            try prepare(practice)
            let value = """
                inputs: { place: { type: text, required: true } }
                phones: all
                steps:
                  - push: { from: assets/, to: "${{ inputs.place }}", delete: true, owns: true }

                """
            try practice.write(value, to: "value.yml")
            let run = try await practice.run("run", "value.yml", "place=/sdcard/Download/")
            #expect(run.exitCode == 1)
            #expect((run.error + run.output).contains("is where others have their files, too"), "\(run.error)")
            #expect(practice.farm.record.total(\.receivedFiles) == 0)
        }
    }
}
