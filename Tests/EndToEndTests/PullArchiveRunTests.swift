import Crypto
import DroverTesting
import Foundation
import Simulator
import Testing

@Suite("Pulls of many phones", .timeLimit(.minutes(5)))
struct PullArchiveRunTests {
    private static let playbook = """
        phones: all
        steps:
          - pull: { from: /sdcard/game/logs/, pack: tar.zst }
            retries: 0
        """

    /// Small files, an empty folder, a larger file, and names that are words to shells.
    private func fill(_ practice: PracticeFarm) throws {
        for number in 1...40 {
            try practice.write(
                String(repeating: "line \(number)\n", count: number * 50), to: "logs/day \(number % 3)/\(number).log")
        }
        try practice.write(String(repeating: "0123456789abcdef", count: 200_000), to: "logs/big.bin")
        try practice.write("odd", to: "logs/it's $(odd) `name`.txt")
    }

    private func contents(_ folder: String) throws -> [String: String] {
        var found: [String: String] = [:]
        for path in try FileManager.default.subpathsOfDirectory(atPath: folder) {
            let bytes = RepositoryFile.bytes(at: "\(folder)/\(path)")
            found[path] = bytes.map { SHA256.hash(of: $0).hex } ?? "folder"
        }
        return found
    }

    private func newest(_ practice: PracticeFarm, having path: String) throws -> String {
        let runs = practice.drover.folder.appendingPathComponent("runs").path
        let folders = RepositoryFile.names(in: runs).map { "\(runs)/\($0)/pulled" }
        return try #require(folders.first { FileManager.default.fileExists(atPath: "\($0)/\(path)") })
    }

    @Test func `every phone's files are in its archive, byte for byte`() async throws {
        try await PracticeFarm.with(SimulationOptions(phones: 20)) { practice in
            try fill(practice)
            let source = practice.drover.folder.appendingPathComponent("logs").path
            let push = try await practice.run("push", "all", "logs", "/sdcard/game/logs")
            #expect(push.exitCode == 0, "\(push.error)")
            try practice.write(Self.playbook, to: "pull.yml")
            let result = try await practice.run("run", "pull.yml")
            #expect(result.exitCode == 0, "\(result.error)\(result.output)")
            let pulled = try newest(practice, having: "sim-001/logs.tar.zst")
            let expected = try contents(source)
            for phone in RepositoryFile.names(in: pulled) {
                #expect(RepositoryFile.names(in: "\(pulled)/\(phone)") == ["logs.tar.zst"])
                let into = practice.drover.folder.appendingPathComponent("unpacked/\(phone)").path
                let unpack = try await practice.run("unpack", "\(pulled)/\(phone)/logs.tar.zst", "--into", into)
                #expect(unpack.exitCode == 0, "\(unpack.error)")
                #expect(try contents("\(into)/logs") == expected, "\(phone)")
            }
            #expect(RepositoryFile.names(in: pulled).count == 20)
        }
    }

    @Test func `equal files of twenty phones take room once, and become one archive`() async throws {
        try await PracticeFarm.with(SimulationOptions(phones: 20)) { practice in
            try fill(practice)
            _ = try await practice.run("push", "all", "logs", "/sdcard/game/logs")
            let result = try await practice.run("pull", "all", "/sdcard/game/logs/")
            #expect(result.exitCode == 0, "\(result.error)\(result.output)")
            let pulled = try newest(practice, having: "sim-001/logs/big.bin")
            let inodes = try Set(
                (1...20).map { number in
                    let phone = "sim-" + String(repeating: "0", count: number < 10 ? 2 : 1) + "\(number)"
                    let path = "\(pulled)/\(phone)/logs/big.bin"
                    return try #require(
                        try FileManager.default.attributesOfItem(atPath: path)[.systemFileNumber] as? UInt64)
                })
            // Two phones that end together may both keep theirs.
            #expect(inodes.count < 10)
            let pack = try await practice.run("pack", pulled, "-o", "all.tar")
            #expect(pack.exitCode == 0, "\(pack.error)")
            let size =
                try FileManager.default.attributesOfItem(
                    atPath: practice.drover.folder.appendingPathComponent("all.tar").path)[.size] as? UInt64
            #expect((size ?? .max) < 40_000_000, "20 times 3.2 MB would be 64 MB")
            let unpack = try await practice.run("unpack", "all.tar", "--into", "all")
            #expect(unpack.exitCode == 0, "\(unpack.error)")
            let all = practice.drover.folder.appendingPathComponent("all").path
            let expected = try contents(pulled)
            #expect(try contents(all) == expected)
        }
    }

    @Test func `a phone that is lost in the middle leaves nothing half, and all others have their archives`()
        async throws
    {
        // It goes behind the listing and the first of three parts.
        let fault = try #require(FaultAssignment("offline-after:4*2@sim-002"))
        try await PracticeFarm.with(SimulationOptions(phones: 3, faults: [fault])) { practice in
            let line = """
                mkdir -p /sdcard/game/logs; i=0
                while [ $i -lt 600 ]; do echo line $i > /sdcard/game/logs/$i.log; i=$((i+1)); done
                """
            let made = try await practice.run("exec", "all", "--", line)
            #expect(made.exitCode == 0, "\(made.error)\(made.output)")
            try practice.write(Self.playbook, to: "pull.yml")
            let lost = try await practice.run("run", "pull.yml")
            #expect(lost.exitCode == 4, "\(lost.error)\(lost.output)")
            let pulled = try newest(practice, having: "sim-001/logs.tar.zst")
            #expect(try FileManager.default.contentsOfDirectory(atPath: "\(pulled)/sim-002").isEmpty)
            #expect(RepositoryFile.names(in: "\(pulled)/sim-003") == ["logs.tar.zst"])
        }
    }

    @Test func `a run that is killed leaves nothing half, and brings the rest when it is resumed`() async throws {
        let fault = try #require(FaultAssignment("slow:1MiB@sim-002"))
        try await PracticeFarm.with(SimulationOptions(phones: 3, faults: [fault])) { practice in
            let line = "mkdir -p /sdcard/game/logs && dd if=/dev/zero of=/sdcard/game/logs/big bs=65536 count=64"
            let made = try await practice.run("exec", "all", "--", line)
            #expect(made.exitCode == 0, "\(made.error)\(made.output)")
            try practice.write(Self.playbook, to: "pull.yml")
            let running = try practice.drover.start(["run", "pull.yml"])
            #expect(await running.says("[2/3]"))
            running.signal(SIGKILL)
            _ = await running.ended()
            let pulled = try newest(practice, having: "sim-001/logs.tar.zst")
            // On a busy machine it may have ended, or not have begun; what there must not be is a part.
            #expect(Set(RepositoryFile.names(in: "\(pulled)/sim-002")).isSubset(of: ["logs.tar.zst"]))
            let run = try #require(pulled.split(separator: "/").dropLast().last.map(String.init))
            let resumed = try await practice.run("resume", run)
            #expect(resumed.exitCode == 0, "\(resumed.error)\(resumed.output)")
            #expect(try FileManager.default.contentsOfDirectory(atPath: "\(pulled)/sim-002") == ["logs.tar.zst"])
            // The same but for the times of the files, which take as many bytes.
            #expect(
                RepositoryFile.bytes(at: "\(pulled)/sim-002/logs.tar.zst")?.isEmpty == false)
        }
    }
}
