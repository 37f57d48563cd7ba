import Archive
import DroverTesting
import Farm
import Journal
import Lanes
import Testing

@testable import Steps

/// What one entry of a pulled archive is.
private struct Found: Equatable {
    let path: String
    let kind: ArchiveEntry.Kind
    let content: String
}

struct PullArchiveTests {
    private let scratch: ScratchFolder
    private var folder: String { scratch.path }

    init() throws { scratch = try ScratchFolder() }

    private func entry(_ name: String, _ kind: RemoteFile.Kind = .file, size: UInt64 = 3) -> RemoteEntry {
        RemoteEntry(name: name, file: RemoteFile(kind: kind, mode: 0o640, size: size, modified: 1_700_000_000))
    }

    private func phone(_ entries: [RemoteEntry], contents: [String: [UInt8]] = [:]) throws -> ScriptedPhone {
        try ScriptedPhone { script in
            script.files["/sdcard/logs"] = RemoteFile(kind: .folder, mode: 0o755, size: 0, modified: 1_700_000_000)
            script.folders["/sdcard/logs"] = entries
            for entry in entries where entry.file.kind == .file {
                script.contents["/sdcard/logs/\(entry.name)"] = contents[entry.name] ?? Array("abc".utf8)
            }
        }
    }

    private func pull(_ text: String, from phone: ScriptedPhone) async throws -> StepOutcome {
        let step = try StepText(text)
        let context = testContext(on: phone, payloads: ScriptedPayloads(), folder: folder)
        return try await step.kind.perform(on: phone, context: context, conduct: step.conduct)
    }

    private func entries(of name: String) throws -> [Found] {
        let bytes = try #require(RepositoryFile.bytes(at: "\(folder)/\(name)"))
        return try bytes.withUnsafeBytes { bytes in
            try ArchiveReader.read(bytes, kinds: .all) { (reader) throws(ArchiveError) in
                var found: [Found] = []
                while let entry = try reader.next() {
                    let content = entry.kind == .file ? try reader.readAll(limit: 4 << 20) : []
                    found.append(
                        Found(path: entry.path, kind: entry.kind, content: String(decoding: content, as: UTF8.self)))
                }
                return found
            }
        }
    }

    @Test(arguments: ["tar", "tar.zst", "tar.gz", "tar.lz4", "zip"])
    func `a folder comes as one archive, sorted and with all that is in it`(kind: String) async throws {
        let phone = try ScriptedPhone { script in
            script.files["/sdcard/logs"] = RemoteFile(kind: .folder, mode: 0o755, size: 0, modified: 1_700_000_000)
            script.folders["/sdcard/logs"] = [
                entry("b.txt"), entry("a", .folder), entry("a.txt"), entry("link", .link),
            ]
            script.folders["/sdcard/logs/a"] = [entry("x", size: 0), entry("empty", .folder)]
            for name in ["a.txt", "b.txt", "link"] { script.contents["/sdcard/logs/\(name)"] = Array(name.utf8) }
            script.contents["/sdcard/logs/a/x"] = []
        }
        let outcome = try await pull("pull: { from: /sdcard/logs/, pack: \(kind) }", from: phone)
        #expect(outcome.verdict == .ok)
        #expect(RepositoryFile.names(in: folder) == ["logs.\(kind)"])
        let found = try entries(of: "logs.\(kind)")
        #expect(
            found.map(\.path).map { $0.hasSuffix("/") ? String($0.dropLast()) : $0 } == [
                "logs", "logs/a.txt", "logs/a", "logs/a/empty", "logs/a/x", "logs/b.txt", "logs/link",
            ])
        #expect(found.map(\.content) == ["", "a.txt", "", "", "", "b.txt", "link"])
        #expect(outcome.outputs.values["files"] == .integer(4))
        #expect(outcome.outputs.values["bytes"] == .integer(14))
        #expect(outcome.outputs.values["path"] == .text("\(folder)/logs.\(kind)"))
    }

    @Test func `the same files give the same bytes`() async throws {
        let outcomes = try await [
            pull("pull: { from: /sdcard/logs/, to: one, pack: tar.zst }", from: phone([entry("a"), entry("b")])),
            pull("pull: { from: /sdcard/logs/, to: two, pack: tar.zst }", from: phone([entry("b"), entry("a")])),
        ]
        #expect(outcomes[0].outputs.values["archive_hash"] == outcomes[1].outputs.values["archive_hash"])
        #expect(
            RepositoryFile.bytes(at: "\(folder)/one.tar.zst") == RepositoryFile.bytes(at: "\(folder)/two.tar.zst"))
    }

    @Test(arguments: [
        "..", ".", "../../etc/x", "/etc/x", "a/b", String(repeating: "n", count: 256), "nul\u{0}", "\u{FFFD}",
    ])
    func `a name that would leave the folder stays on the phone and is told of`(name: String) async throws {
        let outcome = try await pull(
            "pull: { from: /sdcard/logs, pack: tar }", from: try phone([entry(name), entry("fine")]))
        #expect(outcome.outputs.values["passed_over"] == .integer(1))
        #expect(try entries(of: "logs.tar").map(\.path) == ["logs/", "logs/fine"])
        let notes = try #require(RepositoryFile.text(at: "\(folder)/logs.tar.notes.json"))
        #expect(notes.contains(#""what": "passed over""#))
        #expect(!notes.utf8.contains(0))
    }

    @Test(
        "a name that is not safe everywhere is changed",
        arguments: [
            (["a\nb"], ["a_b"]), (["\u{1B}[31m"], ["_[31m"]), ([#"..\..\x"#], [".._.._x"]),
            (["Log", "log"], ["Log", "log~2"]), (["x", "x~2", "X"], ["X", "x~2", "x~2~2"]),
        ])
    func harmless(given: [String], expected: [String]) async throws {
        let outcome = try await pull(
            "pull: { from: /sdcard/logs, pack: zip }", from: try phone(given.map { entry($0) }))
        #expect(outcome.verdict == .ok)
        #expect(Set(try entries(of: "logs.zip").dropFirst().map { String($0.path.dropFirst(5)) }) == Set(expected))
        guard case .integer(let renamed)? = outcome.outputs.values["renamed"] else {
            Issue.record("nothing is told of names")
            return
        }
        #expect(renamed > 0)
        #expect(RepositoryFile.text(at: "\(folder)/logs.zip.notes.json")?.contains(#""what": "renamed""#) == true)
    }

    @Test func `a file that has grown or shrunk breaks no archive, and is told of`() async throws {
        let kilobytes = [UInt8](repeating: UInt8(ascii: "k"), count: 400_000)
        let phone = try phone(
            [entry("grown", size: 300_000), entry("shrunk", size: 500_000), entry("small", size: 1), entry("z")],
            contents: ["grown": kilobytes, "shrunk": kilobytes, "small": Array("larger now".utf8)])
        let outcome = try await pull("pull: { from: /sdcard/logs, pack: tar.zst }", from: phone)
        #expect(outcome.verdict == .ok)
        let found = try entries(of: "logs.tar.zst")
        #expect(found.map(\.path) == ["logs/", "logs/grown", "logs/shrunk", "logs/small", "logs/z"])
        // All of it had come before its entry had to begin.
        #expect(found[1].content.utf8.count == 400_000)
        #expect(found[2].content.utf8.count == 500_000)
        #expect(found[2].content.hasSuffix("k" + String(repeating: "\0", count: 100_000)))
        #expect(found[3].content == "larger now")
        #expect(found[4].content == "abc")
        #expect(outcome.outputs.values["cut"] == .integer(1))
        let notes = RepositoryFile.text(at: "\(folder)/logs.tar.zst.notes.json") ?? ""
        #expect(notes.contains("only 400000 bytes came, and the last 100000 of its entry are zeros"), "\(notes)")
    }

    @Test(arguments: [1 << 40, 1 << 44]) func `a size that a phone makes up fills no disk`(size: UInt64) async throws {
        let bytes = [UInt8](repeating: 1, count: 300_000)
        let phone = try phone([entry("a"), entry("liar", size: size)], contents: ["liar": bytes])
        let outcome = try await pull("pull: { from: /sdcard/logs, pack: tar.zst }", from: phone)
        #expect(outcome.failure?.code == "changed")
        #expect(outcome.failure?.reason == "/sdcard/logs/liar: the phone told of \(size) bytes and sent 300000")
        #expect(RepositoryFile.names(in: folder).isEmpty)
    }

    @Test(arguments: [Int64.min, -1, 0, Int64.max]) func `a time that a phone makes up breaks no archive`(
        time: Int64
    ) async throws {
        for kind in ["tar", "zip"] {
            let file = RemoteFile(kind: .file, mode: 0o7777, size: 3, modified: time)
            let outcome = try await pull(
                "pull: { from: /sdcard/logs, pack: \(kind) }",
                from: try phone([RemoteEntry(name: "a", file: file), entry("no", size: .max)]))
            #expect(outcome.verdict == .ok)
            #expect(outcome.outputs.values["passed_over"] == .integer(1))
            #expect(try entries(of: "logs.\(kind)").last?.content == "abc")
        }
    }

    @Test func `a lost phone leaves nothing of its archive`() async throws {
        let phone = try phone([entry("a")])
        phone.change { $0.failures["pull"] = PhoneError(.lost, operation: "pull", reason: "connection reset") }
        await #expect(throws: PhoneError.self) {
            _ = try await pull("pull: { from: /sdcard/logs, pack: tar.zst }", from: phone)
        }
        #expect(RepositoryFile.names(in: folder).isEmpty)
    }

    @Test func `a file that the phone refuses fails the step, and all others are in the archive`() async throws {
        let phone = try phone([entry("a"), entry("b"), entry("c")])
        phone.change { $0.contents["/sdcard/logs/b"] = nil }
        let gone = try await pull("pull: { from: /sdcard/logs, pack: tar }", from: phone)
        // It was listed and is no longer there: logs come and go.
        #expect(gone.verdict == .ok)
        #expect(gone.outputs.values["passed_over"] == .integer(1))
        let named = try await pull("pull: { from: [/sdcard/logs/a, /sdcard/logs/b], pack: tar }", from: phone)
        #expect(named.failure?.code == "no-such-file")
    }

    @Test(arguments: [
        ("/sdcard/logs/*.txt", ["a.txt", "b.txt"]), ("/sdcard/logs/?.txt", ["a.txt", "b.txt"]),
        ("/sdcard/*/c", ["c"]), ("/sdcard/logs/*", ["a.txt", "b.txt", "c"]), ("/sdcard/logs/.*", [".hidden"]),
    ])
    func `a pattern takes what fits it, as a shell does`(pattern: String, expected: [String]) async throws {
        let phone = try phone([entry("b.txt"), entry("a.txt"), entry("c"), entry(".hidden"), entry("dev", .other)])
        phone.change { $0.folders["/sdcard"] = [self.entry("logs", .folder)] }
        let outcome = try await pull("pull: { from: \"\(pattern)\", to: all, pack: tar }", from: phone)
        #expect(outcome.verdict == .ok)
        #expect(try entries(of: "all.tar").map(\.path) == expected)
    }

    @Test func `a pattern that nothing fits is a failure`() async throws {
        let outcome = try await pull("pull: /sdcard/logs/*.none", from: try phone([entry("a")]))
        #expect(outcome.failure?.code == "no-such-file")
        #expect(outcome.failure?.reason == "nothing on the phone fits /sdcard/logs/*.none")
    }

    @Test func `a word that is no kind of archive is a mistake with a suggestion`() {
        #expect {
            _ = try StepText("pull: { from: /sdcard/x, pack: tar.zts }")
        } throws: {
            "\($0)".contains("did you mean `tar.zst`?")
        }
    }

    @Test func `the disk being full is a failure of ours`() async throws {
        let step = try StepText("pull: { from: /sdcard/logs, pack: tar }")
        let phone = try phone([entry("a")])
        let context = testContext(on: phone, payloads: ScriptedPayloads(), folder: "/proc/nowhere")
        do {
            _ = try await step.kind.perform(on: phone, context: context, conduct: step.conduct)
            Issue.record("/proc/nowhere cannot be written")
        } catch {
            #expect(StepFailure(local: error, of: "pull")?.code == "local")
        }
    }
}
