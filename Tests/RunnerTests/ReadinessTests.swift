import DroverTesting
import Farm
import Journal
import Lanes
import PlaybookLanguage
import Steps
import Synchronization
import Testing

@testable import Runner

/// Steps in the background that others wait for.
@Suite(.timeLimit(.minutes(2))) struct ReadinessTests {
    /// Is ready ten seconds after its beginning, and goes on to the end of its block; or fails before.
    struct Recorder: PhoneStepKind {
        static let manual = StepManual(
            "record", "Be ready after a while.", scalar: "what",
            arguments: [.init("what", "text", "well, or badly.")], class: .read, timeout: .seconds(600), examples: [])

        private let what: Argument<String>

        init(reading arguments: inout StepArguments) { what = arguments.text("what", bare: true) }

        func summary(in scope: Scope?) -> String { "record" }

        var isAwaitedInBackground: Bool { true }

        func need(on phone: any ConnectedPhone, context: StepContext) async throws -> Need { .work(because: "always") }

        func perform(on phone: any ConnectedPhone, context: StepContext) async throws -> StepOutcome {
            _ = try await phone.run("begin")
            try await phone.lane.sleep(for: .seconds(10))
            guard try what.value(in: context.scope) == "well" else { return .failed("bad", "record", "it is broken") }
            _ = try await phone.run("ready")
            context.readiness?.reach()
            try await context.ending?.reached()
            _ = try await phone.run("end")
            return .ok()
        }
    }

    private func lines(_ how: String) async throws -> (lines: [String], phone: Journal.PhoneRecord) {
        let lines = Mutex<[String]>([])
        let scenario = try RunScenario(
            "- block:\n    - record: \(how)\n      background: true\n    - shell: play\n  always:\n    - shell: tidy",
            catalog: StepCatalog.standard.adding([Recorder.self]),
            answers: .running { line in
                lines.withLock { $0.append(line) }
                return .exiting(0)
            })
        let phone = try RunScenario.phone(await scenario.execute())
        return (lines.withLock { $0 }, phone)
    }

    @Test func `steps begin when the one in the background is ready`() async throws {
        let (lines, phone) = try await lines("well")
        #expect(phone.verdict == .changed, "\(phone)")
        #expect(lines == ["begin", "ready", "play", "end", "tidy"])
    }

    @Test func `no step begins behind one that failed before it was ready`() async throws {
        let (lines, phone) = try await lines("badly")
        #expect(phone.verdict == .failed)
        #expect(phone.failure?.code == "bad")
        #expect(lines == ["begin", "tidy"])
    }

    @Test func `readiness and end are told once, to who waits and to who comes later`() async throws {
        let readiness = StepReadiness()
        readiness.reach()
        readiness.end()
        #expect(try await readiness.reached())
        let over = StepReadiness()
        let waiting = Task { try await over.reached() }
        over.end()
        #expect(try await waiting.value == false)
    }
}
