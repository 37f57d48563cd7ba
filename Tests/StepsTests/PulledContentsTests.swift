import DroverTesting
import Farm
import Glibc
import Journal
import Lanes
import PlaybookLanguage
import Testing

@testable import Steps

struct PulledContentsTests {
    private let scratch: ScratchFolder
    private let contents = PulledContents()

    init() throws { scratch = try ScratchFolder() }

    private func pull(_ phoneName: String, _ files: [String: String]) async throws -> StepOutcome {
        let phone = try ScriptedPhone { script in
            script.files["/d"] = RemoteFile(kind: .folder, mode: 0o755, size: 0, modified: 1)
            script.folders["/d"] = files.map { name, text in
                RemoteEntry(
                    name: name,
                    file: RemoteFile(kind: .file, mode: 0o644, size: UInt64(text.utf8.count), modified: 1))
            }
            for (name, text) in files { script.contents["/d/\(name)"] = Array(text.utf8) }
        }
        let step = try StepText("pull: /d/")
        let context = StepContext(
            scope: Scope(), payloads: ScriptedPayloads(), progress: ProgressMeter(clock: phone.lane.clock),
            memory: ShortMemory(), tag: "t1",
            pullFolder: try ContainedPath(root: scratch.path).appending(phoneName), pulled: contents,
            previousStart: phone.lane.now
        ) { phone }
        return try await step.kind.perform(on: phone, context: context, conduct: step.conduct)
    }

    private func status(_ path: String) throws -> stat {
        var status = stat()
        try #require(lstat("\(scratch.path)/\(path)", &status) == 0, "\(path)")
        return status
    }

    @Test func `equal files of all phones take room once, and cannot be changed by accident`() async throws {
        let first = try await pull("one", ["a": "same", "b": "same", "c": "other", "empty": ""])
        #expect(first.outputs.values["kept_once"] == .integer(1))
        #expect(first.outputs.values["saved_bytes"] == .integer(4))
        let second = try await pull("two", ["x": "same", "c": "another", "empty": ""])
        #expect(second.outputs.values["kept_once"] == .integer(1))
        let inodes = try Set(["one/d/a", "one/d/b", "two/d/x"].map { try status($0).st_ino })
        #expect(inodes.count == 1)
        #expect(try status("two/d/x").st_mode & 0o777 == 0o444)
        #expect(try status("one/d/c").st_nlink == 1)
        #expect(try status("one/d/c").st_mode & 0o200 != 0, "what is there once can be edited")
        #expect(try status("one/d/empty").st_nlink == 1)
        #expect(RepositoryFile.text(at: "\(scratch.path)/two/d/x") == "same")
        #expect(RepositoryFile.names(in: "\(scratch.path)/two/d") == ["c", "empty", "x"])
    }

    @Test func `pulling again leaves the same files and nothing beside them`() async throws {
        for _ in 0..<3 { _ = try await pull("one", ["a": "same", "b": "same"]) }
        #expect(RepositoryFile.names(in: "\(scratch.path)/one/d") == ["a", "b"])
        #expect(RepositoryFile.text(at: "\(scratch.path)/one/d/a") == "same")
        #expect(RepositoryFile.text(at: "\(scratch.path)/one/d/b") == "same")
    }

    @Test func `a file that somebody has changed since is not taken for what it was`() async throws {
        _ = try await pull("one", ["a": "same"])
        try scratch.write("SAME, or is it", to: "one/d/a")
        let second = try await pull("two", ["a": "same"])
        #expect(second.outputs.values["kept_once"] == .integer(0))
        #expect(RepositoryFile.text(at: "\(scratch.path)/two/d/a") == "same")
    }

    @Test func `a pulled file that is there no more does not matter`() async throws {
        _ = try await pull("one", ["a": "same"])
        try scratch.remove("one/d/a")
        let second = try await pull("two", ["a": "same"])
        #expect(second.verdict == .ok)
        #expect(RepositoryFile.text(at: "\(scratch.path)/two/d/a") == "same")
    }
}
