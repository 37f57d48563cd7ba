import Crypto
import DroverTesting
import Foundation
import Journal
import Testing

/// Pulls from a real adbd, unpacked with programs that others wrote.
@Suite(
    "Pulls from a real adbd", .enabled(if: Counterpart.adbd.isThere, Counterpart.adbd.absence),
    .enabled(if: ArchiveProgram.missing.isEmpty, ArchiveProgram.absence), .serialized, .timeLimit(.minutes(5))
)
struct RealPullTests {
    private let scratch: ScratchFolder

    init() throws { scratch = try ScratchFolder() }

    /// 300 small files with odd names, one of 20 MB, an empty folder.
    private func fill(_ storage: String) throws {
        var numbers = SeededNumbers(seed: 11)
        func write(_ count: Int, to name: String) throws {
            let words = (0..<(count / 8 + 1)).map { _ in numbers.next() }
            let place = URL(fileURLWithPath: "\(storage)/logs/\(name)")
            try FileManager.default.createDirectory(
                at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
            try words.withUnsafeBytes { Data($0.prefix(count)) }.write(to: place)
        }
        for number in 0..<300 {
            try write(Int.random(in: 0...9_000, using: &numbers), to: "level \(number % 7)/ä'\(number).bin")
        }
        try write(20_000_000, to: "long.pak")
        try FileManager.default.createDirectory(
            atPath: "\(storage)/logs/empty", withIntermediateDirectories: true)
    }

    private func contents(_ folder: String) throws -> [String: String] {
        var found: [String: String] = [:]
        for path in try FileManager.default.subpathsOfDirectory(atPath: folder) {
            var isFolder: ObjCBool = false
            let whole = "\(folder)/\(path)"
            _ = FileManager.default.fileExists(atPath: whole, isDirectory: &isFolder)
            found[path] =
                isFolder.boolValue
                ? "folder" : SHA256.hash(of: Array(try Data(contentsOf: URL(fileURLWithPath: whole)))).hex
        }
        return found
    }

    private func pull(_ text: String, at port: UInt16, _ body: (StepEnd, String) async throws -> Void) async throws {
        // The run's folder goes with the run.
        let run = try RealRun()
        let record = try await run.run("steps:\n  - pull: \(text)\n", at: port)
        let end = try #require(record.steps.first?.end)
        guard case .text(let path)? = end.outputs.values["path"] else {
            Issue.record("no path is told: \(String(describing: end.failure))")
            return
        }
        try await body(end, path)
        withExtendedLifetime(run) {}
    }

    @Test func `files come as they are, and equal ones once`() async throws {
        let adbd = try await RealADBD()
        defer { adbd.stop() }
        try fill(adbd.storage)
        try FileManager.default.copyItem(
            atPath: "\(adbd.storage)/logs/long.pak", toPath: "\(adbd.storage)/logs/again.pak")
        try await pull("'\(adbd.storage)/logs/'", at: adbd.port) { end, path in
            #expect(end.verdict == .ok, "\(String(describing: end.failure))")
            let expected = try contents("\(adbd.storage)/logs")
            #expect(try contents(path) == expected)
            #expect(end.outputs.values["files"] == .integer(302))
            guard case .integer(let saved)? = end.outputs.values["saved_bytes"] else {
                Issue.record("nothing is told of equal files")
                return
            }
            #expect(saved >= 20_000_000)
        }
    }

    @Test(arguments: [
        ("tar", "GNU tar"), ("tar", "bsdtar"), ("tar", "Python tarfile"), ("tar.zst", "GNU tar, zstd"),
        ("tar.zst", "bsdtar, zstd"), ("tar.gz", "GNU tar, gzip"), ("tar.lz4", "GNU tar, lz4"), ("zip", "unzip"),
        ("zip", "Python zipfile"),
    ])
    func `an archive is unpacked by others to the phone's files`(kind: String, program: String) async throws {
        let adbd = try await RealADBD()
        defer { adbd.stop() }
        try fill(adbd.storage)
        let unpacker = try #require(ArchiveProgram.unpackers.first { $0.name == program })
        try scratch.folder("unpacked")
        try await pull("{ from: '\(adbd.storage)/logs/', pack: \(kind) }", at: adbd.port) { end, path in
            #expect(end.verdict == .ok, "\(String(describing: end.failure))")
            let result = try await unpacker.run(
                folder: "\(scratch.path)/unpacked", archive: path, home: scratch.path)
            #expect(result.exitCode == 0, "\(result.text)")
            let expected = try contents("\(adbd.storage)/logs")
            #expect(try contents("\(scratch.path)/unpacked/logs") == expected)
        }
    }

    @Test func `a pull that is cut is made again whole`() async throws {
        let adbd = try await RealADBD()
        defer { adbd.stop() }
        try fill(adbd.storage)
        // Counted are the bytes towards the phone: half of what asks for the files.
        let proxy = try CuttingProxy(to: adbd.port, cuts: [15_000])
        defer { proxy.stop() }
        try scratch.folder("unpacked")
        let more = "\n    retries: 2\n    retry-on: [lost]\n    delay: 10ms"
        try await pull("{ from: '\(adbd.storage)/logs/', pack: tar.zst }\(more)", at: proxy.port) { end, path in
            #expect(end.verdict == .ok, "\(String(describing: end.failure))")
            let unpacker = try #require(ArchiveProgram.unpackers.first { $0.name == "GNU tar, zstd" })
            let result = try await unpacker.run(folder: "\(scratch.path)/unpacked", archive: path, home: scratch.path)
            #expect(result.exitCode == 0, "\(result.text)")
            let expected = try contents("\(adbd.storage)/logs")
            #expect(try contents("\(scratch.path)/unpacked/logs") == expected)
        }
    }
}
