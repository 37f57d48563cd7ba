import DroverTesting
import Farm
import Journal
import Lanes
import PlaybookLanguage
import Testing

@testable import Steps

/// A program in the background, and the end of its block.
@Suite(.timeLimit(.minutes(2))) struct `A program in the background` {
    private static let program = "#!/system/bin/sh\n"

    private func context(_ lane: Lane, _ folder: ScratchFolder, _ ending: BlockEnding) -> StepContext {
        var payloads = ScriptedPayloads()
        payloads.addFile("tools/tap", text: Self.program)
        return StepContext(
            scope: Scope(), payloads: payloads, progress: ProgressMeter(clock: lane.clock), memory: ShortMemory(),
            tag: "t1", pullFolder: ContainedPath(root: folder.path), previousStart: lane.now, ending: ending,
            reconnect: { throw PhoneError(.unreachable, operation: "connect", reason: "connection refused") })
    }

    @Test func `a block that ends while files are brought does not hide why the program died`() async throws {
        let lane = try Lane(name: "test")
        let asked = Waiter<Void>()
        let goOn = Waiter<Void>()
        var answers = RecordingPhone.Answers()
        answers.follow = { _ in [Array("drover-media 4711 99\nno microphone\n".utf8)] }
        answers.status = { path in
            if path.lastComponent == "tap" {
                return RemoteFile(
                    kind: .file, mode: 0o755, size: UInt64(Self.program.utf8.count), modified: 1_000_000_000)
            }
            guard path.path == "/data/local/tmp/a.opus" else {
                return RemoteFile(kind: .folder, mode: 0o755, size: 0, modified: 1)
            }
            asked.resume(with: .success(()))
            try await goOn.value()
            return nil
        }
        let phone = RecordingPhone("px-1", on: lane, answers: answers)
        let folder = try ScratchFolder()
        let ending = BlockEnding()
        let step = try StepText("media: { program: tools/tap, keep: /data/local/tmp/a.opus }")
        let context = context(lane, folder, ending)
        let running = Task(executorPreference: lane) { try await step.kind.perform(on: phone, context: context) }
        try await asked.value()
        // Whoever does not listen is cancelled, and counts as one that has done its work.
        #expect(ending.finish())
        goOn.resume(with: .success(()))
        let outcome = try await running.value
        #expect(outcome.failure?.code == "exit unknown")
        #expect(outcome.failure?.reason.hasSuffix("no microphone") == true)
    }

    @Test func `a phone whose service brings no files refuses it`() async throws {
        let phone = try ScriptedPhone()
        let service = ScriptedService(phone, takesAnyLine: false)
        let folder = try ScratchFolder()
        let step = try StepText("media: tools/tap")
        let context = context(phone.lane, folder, BlockEnding())
        let outcome = try await Task(executorPreference: phone.lane) {
            try await step.kind.perform(on: service, context: context)
        }.value
        #expect(outcome.failure?.code == "unsupported")
        #expect(phone.requests.isEmpty)
        #expect(step.kind.refusal(by: .koophone, among: [])?.reason.contains("no program") == true)
        #expect(step.kind.refusal(by: .cph, among: []) == nil)
    }
}
