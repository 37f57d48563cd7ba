import Foundation
import Simulator
import Testing

/// `delete: true` of a push where the phone has something of another type: what goes, what comes, and what is refused.
@Suite("Replacing a file by a folder, and the other way round", .timeLimit(.minutes(5)))
struct ReplaceTests {
    private static let folder = "/data/local/tmp/game/assets"

    private func run(_ practice: PracticeFarm, _ more: String = ", delete: true") async throws -> DroverProcess.Result {
        let text = "phones: all\nsteps:\n  - push: { from: assets/, to: \(Self.folder)/\(more) }\n"
        try practice.write(text, to: "push.yml")
        return try await practice.run("run", "push.yml")
    }

    /// Levels are folders and the map is a file; nothing else changes.
    private func old(_ practice: PracticeFarm) throws {
        try practice.write("same", to: "assets/same.txt")
        for number in 0..<40 { try practice.write("tile \(number)", to: "assets/levels/deep/\(number).bin") }
        try practice.write("map", to: "assets/map")
        try practice.write("gone", to: "assets/gone.txt")
    }

    /// The other way round.
    private func new(_ practice: PracticeFarm) throws {
        for path in ["levels", "map", "gone.txt"] { try practice.remove("assets/\(path)") }
        try practice.write("packed", to: "assets/levels")
        try practice.write("west", to: "assets/map/part/west.txt")
        try practice.write("east", to: "assets/map/east.txt")
    }

    private func expectNew(_ practice: PracticeFarm) async throws {
        let left = try await practice.exec("cd \(Self.folder) && find . -type f && cat levels map/east.txt && ls -a")
        for there in ["./same.txt", "./levels\n", "./map/part/west.txt", "./map/east.txt", "packed"] {
            #expect(left.contains(there), "\(there): \(left)")
        }
        for gone in ["gone.txt", ".bin", "deep", ".drover-t", ".drover-2"] { #expect(!left.contains(gone), "\(left)") }
    }

    @Test(arguments: ["9", "11", "14"])
    func `what has another type is replaced, and told in the plan`(release: String) async throws {
        var options = SimulationOptions(phones: 2)
        options.profiles = [try #require(Profile(named: release))]
        try await PracticeFarm.with(options) { practice in
            try old(practice)
            let first = try await run(practice)
            #expect(first.exitCode == 0, "\(first.error)\(first.output)")
            // Somebody else's things in it go, too, whatever they are called.
            try await practice.exec(
                "cd \(Self.folder)/levels && echo x > '-rf a' && mkdir -p './ b/$(id)' && ln -s / up")
            try new(practice)
            try await practice.drover.expect("replace-plan", exitCode: 0, ["plan", "push.yml", "--seed", "7"])
            let second = try await run(practice)
            #expect(second.exitCode == 0, "\(second.error)\(second.output)")
            try await expectNew(practice)
            let third = try await run(practice)
            #expect(third.output.contains("2 ok = 2 phones"), "\(third.error)\(third.output)")
        }
    }

    @Test func `without delete it is refused, and the advice names it`() async throws {
        try await PracticeFarm.with(SimulationOptions(phones: 1)) { practice in
            try old(practice)
            #expect(try await run(practice, "").exitCode == 0)
            try new(practice)
            try await practice.drover.expect("replace-refused", exitCode: 1, ["run", "push.yml"])
            // Behind a file nothing is seen before the renaming.
            try practice.remove("assets/levels")
            let behind = try await practice.run("run", "push.yml")
            #expect(behind.exitCode == 1)
            for words in ["\(Self.folder)/map is no folder on the phone", "write `delete: true`, which replaces it"] {
                #expect(behind.output.contains(words), "\(behind.output)")
            }
            let left = try await practice.exec("cat \(Self.folder)/map && ls -a \(Self.folder)")
            #expect(left.contains("map"))
            #expect(!left.contains(".drover-"), "\(left)")
            // The folder is not drover's own, so that `delete` alone does not replace anything in it.
            let foreign = try await run(practice)
            #expect(foreign.exitCode == 1)
            #expect((foreign.error + foreign.output).contains("was there before drover"), "\(foreign.output)")
            let owned = try await run(practice, ", delete: true, owns: true")
            #expect(owned.exitCode == 0, "\(owned.error)\(owned.output)")
            let swapped = try await practice.exec("cd \(Self.folder) && find . -type f")
            #expect(swapped.contains("./map/east.txt"))
            #expect(!swapped.contains(".bin"))
        }
    }

    @Test func `what the payload excludes keeps what stands in the way`() async throws {
        try await PracticeFarm.with(SimulationOptions(phones: 1)) { practice in
            let text = """
                payloads: { assets: { from: assets/, exclude: ["*.sav"] } }
                phones: all
                steps:
                  - push: { payload: assets, to: \(Self.folder)/, delete: true }

                """
            try practice.write(text, to: "payload.yml")
            try old(practice)
            #expect(try await practice.run("run", "payload.yml").exitCode == 0)
            try await practice.exec("echo x > \(Self.folder)/levels/deep/one.sav")
            try new(practice)
            let sent = practice.farm.record.total(\.receivedFiles)
            try await practice.drover.expect("replace-kept", exitCode: 1, ["run", "payload.yml"])
            #expect(practice.farm.record.total(\.receivedFiles) == sent, "it fails before the first byte")
            let left = try await practice.exec("cd \(Self.folder) && find . -type f && cat map")
            for kept in ["./levels/deep/one.sav", "./levels/deep/39.bin", "./gone.txt"] {
                #expect(left.contains(kept), "\(left)")
            }
            try await practice.exec("rm \(Self.folder)/levels/deep/one.sav")
            let again = try await practice.run("run", "payload.yml")
            #expect(again.exitCode == 0, "\(again.error)\(again.output)")
            try await expectNew(practice)
        }
    }

    @Test func `of a link in a folder's place the link goes, and what it leads to stays as it is`() async throws {
        try await PracticeFarm.with(SimulationOptions(phones: 1)) { practice in
            try old(practice)
            #expect(try await run(practice).exitCode == 0)
            try await practice.exec(
                """
                cd \(Self.folder) && mkdir -p /data/local/tmp/far && cp -r levels/deep /data/local/tmp/far/deep && \
                echo keep > /data/local/tmp/far/keep && rm -r levels && ln -s /data/local/tmp/far levels
                """)
            let again = try await run(practice)
            #expect(again.exitCode == 0, "\(again.error)\(again.output)")
            let left = try await practice.exec(
                "[ ! -L \(Self.folder)/levels ] && cat \(Self.folder)/levels/deep/7.bin /data/local/tmp/far/deep/7.bin "
                    + "/data/local/tmp/far/keep && ls \(Self.folder)/levels")
            #expect(left.contains("keep"))
            #expect(left.contains("tile 7"))
        }
    }

    @Test func `a folder that holds nothing takes the place of a file`() async throws {
        try await PracticeFarm.with(SimulationOptions(phones: 1)) { practice in
            try old(practice)
            #expect(try await run(practice).exitCode == 0)
            try practice.remove("assets/map")
            let empty = practice.drover.folder.appendingPathComponent("assets/map")
            try FileManager.default.createDirectory(at: empty, withIntermediateDirectories: true)
            let again = try await run(practice)
            #expect(again.exitCode == 0, "\(again.error)\(again.output)")
            try await practice.exec("[ -d \(Self.folder)/map ]")
        }
    }

    @Test func `the folder itself is never replaced`() async throws {
        try await PracticeFarm.with(SimulationOptions(phones: 1)) { practice in
            try old(practice)
            try await practice.exec("mkdir -p /data/local/tmp/game && echo keep > \(Self.folder)")
            let refused = try await run(practice, ", delete: true, owns: true")
            #expect(refused.exitCode == 1)
            #expect((refused.error + refused.output).contains("\(Self.folder) is no folder on the phone"))
            #expect(try await practice.exec("cat \(Self.folder)").contains("keep"))
        }
    }

    /// From the first file on its way to the last renaming; the two connections before are shorter.
    @Test(arguments: Array(stride(from: 2_000, through: 5_000, by: 250)))
    func `a replacing that is cut is mended by the next push`(byte: Int) async throws {
        let cut = try #require(FaultAssignment("drop-at:\(byte)*3"))
        try await PracticeFarm.with(SimulationOptions(phones: 1, faults: [cut])) { practice in
            try await practice.exec("mkdir -p \(Self.folder)/levels/deep && cd \(Self.folder) && echo x > map")
            try await practice.exec("cd \(Self.folder)/levels/deep && for i in 1 2 3 4 5 6; do echo $i > $i.bin; done")
            try practice.write("same", to: "assets/same.txt")
            try practice.write("packed", to: "assets/levels")
            try practice.write("west", to: "assets/map/part/west.txt")
            try practice.write("east", to: "assets/map/east.txt")
            let hurt = try await run(practice, ", delete: true, owns: true")
            #expect(hurt.exitCode == 4, "\(hurt.output)")
            let mended = try await run(practice, ", delete: true, owns: true")
            #expect(mended.exitCode == 0, "\(hurt.output)\(mended.error)\(mended.output)")
            try await expectNew(practice)
        }
    }
}
