import Archive
import DroverTesting
import Farm
import Glibc
import Journal
import Lanes
import Testing

@testable import Steps

/// Which files of a folder a pull brings.
struct PullChoosingTests {
    private let scratch: ScratchFolder

    init() throws { scratch = try ScratchFolder() }

    /// `a.log`, `b.txt`, `cache/{c.log,deep/d.log}`, `empty/` and `shots/{1.png,raw/2.png}` below `/sdcard/game`.
    private func phone() throws -> ScriptedPhone {
        func entries(_ files: [String], _ folders: [String]) -> [RemoteEntry] {
            files.map { RemoteEntry(name: $0, file: RemoteFile(kind: .file, mode: 0o644, size: 3, modified: 1)) }
                + folders.map {
                    RemoteEntry(name: $0, file: RemoteFile(kind: .folder, mode: 0o755, size: 0, modified: 1))
                }
        }
        return try ScriptedPhone { script in
            script.files["/sdcard/game"] = RemoteFile(kind: .folder, mode: 0o755, size: 0, modified: 1)
            script.folders["/sdcard/game"] = entries(["a.log", "b.txt"], ["cache", "empty", "shots"])
            script.folders["/sdcard/game/cache"] = entries(["c.log"], ["deep"])
            script.folders["/sdcard/game/cache/deep"] = entries(["d.log"], [])
            script.folders["/sdcard/game/shots"] = entries(["1.png"], ["raw"])
            script.folders["/sdcard/game/shots/raw"] = entries(["2.png"], [])
            for name in ["a.log", "b.txt", "cache/c.log", "cache/deep/d.log", "shots/1.png", "shots/raw/2.png"] {
                script.contents["/sdcard/game/\(name)"] = Array("xyz".utf8)
            }
        }
    }

    private func pull(_ text: String, from phone: ScriptedPhone) async throws -> StepOutcome {
        let step = try StepText(text)
        let context = testContext(on: phone, payloads: ScriptedPayloads(), folder: scratch.path)
        return try await step.kind.perform(on: phone, context: context, conduct: step.conduct)
    }

    /// Paths below a folder, folders with a slash at their end.
    private func paths(below folder: String) -> [String] {
        RepositoryFile.names(in: folder).flatMap { name in
            var status = stat()
            guard stat("\(folder)/\(name)", &status) == 0, status.st_mode & S_IFMT == S_IFDIR else { return [name] }
            return ["\(name)/"] + paths(below: "\(folder)/\(name)").map { "\(name)/\($0)" }
        }
    }

    private static let choices: [(rules: String, from: String, due: [String])] = [
        (
            "include: '*.log'", "/sdcard/game/",
            ["a.log", "cache/", "cache/c.log", "cache/deep/", "cache/deep/d.log"]
        ),
        (
            "exclude: cache/", "/sdcard/game/",
            ["a.log", "b.txt", "empty/", "shots/", "shots/1.png", "shots/raw/", "shots/raw/2.png"]
        ),
        ("include: ['*.log', '!d.log'], exclude: b*", "/sdcard/game/", ["a.log", "cache/", "cache/c.log"]),
        ("include: /shots/", "/sdcard/game/", ["shots/", "shots/1.png", "shots/raw/", "shots/raw/2.png"]),
        ("include: shots/**/2.png", "/sdcard/game/", ["shots/", "shots/raw/", "shots/raw/2.png"]),
        (
            "include: ['*.log', empty/], exclude: /cache/deep", "/sdcard/game/",
            ["a.log", "cache/", "cache/c.log", "empty/"]
        ),
        ("exclude: [cache, '*.txt', shots/raw/]", "/sdcard/game/*", ["a.log", "empty/", "shots/", "shots/1.png"]),
        ("include: nothing-like-it", "/sdcard/game/", []),
    ]

    @Test(arguments: choices)
    func `patterns choose among what lies in a folder`(rules: String, from: String, due: [String]) async throws {
        let outcome = try await pull("pull: { from: \(from), to: kept, \(rules) }", from: try phone())
        #expect(outcome.verdict == .ok)
        #expect(paths(below: scratch.path + "/kept") == due)
        #expect(outcome.outputs.values["passed_over"] == .integer(0))
    }

    @Test(arguments: choices)
    func `an archive holds what the folder would`(rules: String, from: String, due: [String]) async throws {
        let outcome = try await pull("pull: { from: \(from), to: kept, pack: tar, \(rules) }", from: try phone())
        #expect(outcome.verdict == .ok)
        let bytes = try #require(RepositoryFile.bytes(at: "\(scratch.path)/kept.tar"))
        let found = try bytes.withUnsafeBytes { bytes in
            try ArchiveReader.read(bytes, kinds: .all) { (reader) throws(ArchiveError) in
                var paths: [String] = []
                while let entry = try reader.next() { paths.append(entry.path) }
                return paths
            }
        }
        // The folder that was named is an entry of its own.
        let top = from.hasSuffix("/") ? "game/" : ""
        #expect(found.sorted() == (top.isEmpty ? [] : [top]) + due.map { top + $0 })
    }

    @Test func `what is left out is not even looked into`() async throws {
        let phone = try phone()
        let outcome = try await pull("pull: { from: /sdcard/game/, exclude: [cache/, '**/raw'] }", from: phone)
        #expect(outcome.verdict == .ok)
        #expect(
            phone.requests.filter { $0.hasPrefix("list") }
                == ["list /sdcard/game", "list /sdcard/game/empty", "list /sdcard/game/shots"])
    }

    @Test func `a file that was named comes, whatever the patterns say`() async throws {
        let phone = try ScriptedPhone { script in
            script.files["/sdcard/a.log"] = RemoteFile(kind: .file, mode: 0o644, size: 3, modified: 1)
            script.contents["/sdcard/a.log"] = Array("xyz".utf8)
        }
        let outcome = try await pull("pull: { from: /sdcard/a.log, exclude: '*.log' }", from: phone)
        #expect(outcome.outputs.values["files"] == .integer(1))
    }
}
