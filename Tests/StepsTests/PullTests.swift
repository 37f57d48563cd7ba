import DroverTesting
import Farm
import Journal
import Lanes
@testable import Steps
import Testing

struct PullTests {
    private let scratch: ScratchFolder
    private var folder: String { scratch.path }

    init() throws { scratch = try ScratchFolder() }

    private func file(_ name: String, _ kind: RemoteFile.Kind = .file) -> RemoteEntry {
        RemoteEntry(name: name, file: RemoteFile(kind: kind, mode: 0o644, size: 3, modified: 1))
    }

    private func pull(_ text: String, from phone: ScriptedPhone) async throws -> StepOutcome {
        let step = try StepText(text)
        let context = testContext(on: phone, payloads: ScriptedPayloads(), folder: folder)
        return try await step.kind.perform(on: phone, context: context, conduct: step.conduct)
    }

    @Test func `a file comes under its last name`() async throws {
        let phone = try ScriptedPhone { script in
            script.files["/sdcard/log.txt"] = RemoteFile(kind: .file, mode: 0o644, size: 5, modified: 1)
            script.contents["/sdcard/log.txt"] = Array("hello".utf8)
        }
        let outcome = try await pull("pull: /sdcard/log.txt", from: phone)
        #expect(outcome.verdict == .ok)
        #expect(outcome.outputs.values["bytes"] == .integer(5))
        #expect(outcome.outputs.values["path"] == .text("\(folder)/log.txt"))
        #expect(RepositoryFile.text(at: "\(folder)/log.txt") == "hello")
        #expect(RepositoryFile.names(in: folder) == ["log.txt"])
    }

    @Test func `a folder comes with everything inside, and links only when they lead to a file`() async throws {
        let phone = try ScriptedPhone { script in
            script.files["/sdcard/d"] = RemoteFile(kind: .folder, mode: 0o755, size: 0, modified: 1)
            script.folders["/sdcard/d"] = [
                file("a"), file("sub", .folder), file("good", .link), file("dangling", .link), file("pipe", .other),
            ]
            script.folders["/sdcard/d/sub"] = [file("b"), file("empty", .folder)]
            for name in ["a", "sub/b", "good"] { script.contents["/sdcard/d/\(name)"] = Array("xyz".utf8) }
        }
        let outcome = try await pull("pull: { from: /sdcard/d/, to: kept/here }", from: phone)
        #expect(outcome.verdict == .ok)
        #expect(outcome.outputs.values["files"] == .integer(3))
        #expect(outcome.outputs.values["passed_over"] == .integer(2))
        #expect(RepositoryFile.names(in: folder + "/kept/here") == ["a", "good", "sub"])
        #expect(RepositoryFile.names(in: folder + "/kept/here/sub") == ["b", "empty"])
        #expect(RepositoryFile.text(at: folder + "/kept/here/sub/b") == "xyz")
    }

    @Test(arguments: ["..", ".", "../../etc/x", "/etc/x", "a/b", String(repeating: "n", count: 256), "nul\u{0}"])
    func `a name that would leave the folder stays on the phone`(name: String) async throws {
        let phone = try ScriptedPhone { script in
            script.files["/sdcard/d"] = RemoteFile(kind: .folder, mode: 0o755, size: 0, modified: 1)
            script.folders["/sdcard/d"] = [file(name), file("fine")]
            script.contents["/sdcard/d/fine"] = Array("ok".utf8)
        }
        let outcome = try await pull("pull: /sdcard/d", from: phone)
        #expect(outcome.outputs.values["files"] == .integer(1))
        #expect(outcome.outputs.values["passed_over"] == .integer(1))
        #expect(RepositoryFile.names(in: folder) == ["d"])
        #expect(RepositoryFile.names(in: folder + "/d") == ["fine"])
    }

    @Test func `a lost phone leaves no half of a file`() async throws {
        let phone = try ScriptedPhone { script in
            script.files["/sdcard/x"] = RemoteFile(kind: .file, mode: 0o644, size: 5, modified: 1)
            script.failures["pull"] = PhoneError(.lost, operation: "pull /sdcard/x", reason: "connection reset")
        }
        await #expect(throws: PhoneError.self) { _ = try await pull("pull: /sdcard/x", from: phone) }
        #expect(RepositoryFile.names(in: folder).isEmpty)
    }

    @Test(arguments: ["/etc/x", "../x", "a/../../x"])
    func `a playbook cannot pull to a place outside of the run's folder`(place: String) async throws {
        let phone = try ScriptedPhone { $0.files["/sdcard/x"] = RemoteFile(kind: .file, mode: 0, size: 1, modified: 1) }
        await #expect(throws: FarmError.self) {
            _ = try await pull("pull: { from: /sdcard/x, to: \(place) }", from: phone)
        }
    }

    @Test func `a folder that cannot be written is a failure of ours and not the phone's`() async throws {
        let phone = try ScriptedPhone { script in
            script.files["/sdcard/x"] = RemoteFile(kind: .file, mode: 0o644, size: 5, modified: 1)
        }
        let step = try StepText("pull: /sdcard/x")
        let context = testContext(on: phone, payloads: ScriptedPayloads(), folder: "/proc/nowhere")
        do {
            _ = try await step.kind.perform(on: phone, context: context, conduct: step.conduct)
            Issue.record("/proc/nowhere cannot be written")
        } catch {
            let failure = try #require(StepFailure(local: error, of: "pull"))
            #expect(failure.code == "local")
        }
    }
}
