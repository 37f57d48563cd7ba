import DroverTesting
import Farm
import Journal
import Lanes
import PlaybookLanguage
import Testing

@testable import Steps

@Suite("The log in the background") struct LogcatTests {
    @Test func `a recording lasts until its block ends`() async throws {
        let phone = try ScriptedPhone { script in
            script.says("1700000000000000000", to: "date +%s%N")
            script.log = [Array("I/Game: one\n".utf8), Array("I/Game: two\n".utf8)]
        }
        let folder = try ScratchFolder()
        let ending = BlockEnding()
        let step = try StepText("logcat: { to: session }")
        let context = context(phone, folder, ending)
        let recording = Task(executorPreference: phone.lane) {
            try await step.kind.perform(on: phone, context: context)
        }
        while !phone.requests.contains(where: { $0.hasPrefix("follow") }) { await Task.yield() }
        ending.finish()
        let outcome = try await recording.value
        #expect(outcome.verdict == .ok)
        #expect(outcome.outputs.values["truncated"] == .boolean(false))
        let text = RepositoryFile.text(at: "\(folder.path)/logs/session.log")
        #expect(text?.hasPrefix("I/Game: one\nI/Game: two\n") == true)
        #expect(phone.requests.contains("follow logcat -v threadtime -T 1700000000.000"))
    }

    @Test func `what came before the phone was lost is kept`() async throws {
        let phone = try ScriptedPhone { script in
            script.says("1700000000000000000", to: "date +%s%N")
            script.says("1800000000000000000", to: "date +%s%N")
            script.log = [Array("I/Game: one\n".utf8)]
            // The log is followed again from a second before, and then the phone is gone.
            script.failures["follow logcat -v threadtime -T 17999"] = PhoneError(
                .lost, operation: "follow", reason: "reset")
        }
        let folder = try ScratchFolder()
        let step = try StepText("logcat: { to: session }")
        let context = context(phone, folder, BlockEnding())
        let recording = Task(executorPreference: phone.lane) {
            try await step.kind.perform(on: phone, context: context)
        }
        await #expect(throws: PhoneError.self) { try await recording.value }
        // The phone may have been followed more than once before it was lost.
        let text = RepositoryFile.text(at: "\(folder.path)/logs/session.log")
        #expect(text?.hasPrefix("I/Game: one\n") == true)
        #expect(RepositoryFile.names(in: "\(folder.path)/logs") == ["session.log"])
    }

    @Test func `a cancelled recording ends at once`() async throws {
        let phone = try ScriptedPhone { $0.says("1700000000000000000", to: "date +%s%N") }
        let folder = try ScratchFolder()
        let step = try StepText("logcat:")
        let context = context(phone, folder, BlockEnding())
        let recording = Task(executorPreference: phone.lane) {
            try await step.kind.perform(on: phone, context: context)
        }
        while !phone.requests.contains(where: { $0.hasPrefix("follow") }) { await Task.yield() }
        recording.cancel()
        await #expect(throws: CancellationError.self) { try await recording.value }
    }

    @Test func `a block's end is told to who waits, and to who comes later`() async throws {
        let ending = BlockEnding()
        #expect(!ending.finish())
        try await ending.reached()
        #expect(ending.isOver)
    }

    @Test func `whoever is cancelled waits for no block`() async throws {
        let ending = BlockEnding()
        let task = Task { try await ending.reached() }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(!ending.isOver)
    }

    @Test(arguments: [1, 2, 7, 16, 40, 4096], [1, 3, 64])
    func `of a long log the last whole lines are kept, whatever the pieces`(limit: Int, piece: Int) throws {
        let folder = try ScratchFolder()
        let text = (1...30).map { "line \($0)\n" }.joined()
        let place = try ContainedPath(root: folder.path).appending("a.log")
        let file = try CappedFile(at: place, limit: limit)
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let next = Array(rest.prefix(piece))
            rest = rest.dropFirst(piece)
            #expect(next.withUnsafeBytes { file.take($0) })
        }
        let kept = try file.keep()
        var expected = text[...]
        if text.utf8.count > limit {
            expected = text.suffix(limit)
            expected = expected.firstIndex(of: "\n").map { expected[expected.index(after: $0)...] } ?? ""
        }
        #expect(RepositoryFile.text(at: place.path) == String(expected))
        #expect(kept.bytes == expected.utf8.count)
        #expect(kept.isTruncated == (text.utf8.count > limit))
        #expect(RepositoryFile.names(in: folder.path) == ["a.log"])
    }

    private func context(_ phone: ScriptedPhone, _ folder: ScratchFolder, _ ending: BlockEnding) -> StepContext {
        StepContext(
            scope: Scope(), payloads: ScriptedPayloads(), progress: ProgressMeter(clock: phone.lane.clock),
            memory: ShortMemory(), tag: "t1", pullFolder: ContainedPath(root: folder.path),
            previousStart: phone.lane.now, ending: ending,
            reconnect: { throw PhoneError(.unreachable, operation: "connect", reason: "connection refused") })
    }
}
