import DroverTesting
import Farm
import Journal
import Lanes
import Steps
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(5))) struct WaitingTests {
    private let clock = ManualClock()
    private let lane: Lane

    init() throws { lane = try Lane(name: "waiting", clock: clock) }

    /// Lets a step work while the test moves the clock, in steps of 100 ms, up to ten minutes.
    private func outcome(
        of step: StepText, on phone: ScriptedPhone,
        reconnect: @escaping @Sendable () async throws -> any ConnectedPhone = {
            throw PhoneError(.unreachable, operation: "connect", reason: "connection refused")
        }
    ) async throws -> StepOutcome {
        let done = Counter()
        let (clock, kind, conduct) = (clock, step.kind, step.conduct)
        let context = testContext(on: phone, payloads: ScriptedPayloads(), reconnect: reconnect)
        return try await withThrowingTaskGroup(of: StepOutcome?.self) { group in
            group.addTask(executorPreference: lane) {
                defer { done.next() }
                return try await kind.perform(on: phone, context: context, conduct: conduct)
            }
            group.addTask {
                for _ in 0..<6000 where done.count == 0 {
                    await clock.advance(by: .milliseconds(100))
                }
                return nil
            }
            var found: StepOutcome?
            for try await outcome in group { found = outcome ?? found }
            return try #require(found, "the step did not end within ten minutes of its own time")
        }
    }

    @Test func `time passes and nothing is asked`() async throws {
        let phone = try ScriptedPhone(lane: lane)
        let start = clock.now
        let outcome = try await outcome(of: try StepText("wait: 90s"), on: phone)
        #expect(outcome.verdict == .ok)
        #expect(clock.now.since(start) >= .seconds(90))
        #expect(phone.requests.isEmpty)
    }

    @Test func `a property is asked for until it has its value`() async throws {
        let phone = try ScriptedPhone(lane: lane) { script in
            for answer in ["", "off", "off", "on"] { script.says(answer, to: "getprop persist.x") }
        }
        let outcome = try await outcome(of: try StepText("wait: { property: persist.x, value: on }"), on: phone)
        #expect(outcome.verdict == .ok)
        #expect(phone.requests.count == 4)
    }

    @Test func `a wait for time is not ended by the kind's own limit`() throws {
        #expect(try StepText("wait: 10s").kind.timeout == .seconds(300))
        #expect(try StepText("wait: 2h").kind.timeout == .seconds(7260))
    }

    private func booted(_ id: String, completed: [String]) throws -> ScriptedPhone {
        try ScriptedPhone(lane: lane) { script in
            script.says(id, to: "cat /proc/sys/kernel/random/boot_id")
            for text in completed { script.says(text, to: "getprop sys.boot_completed") }
            script.says("package:/system/framework/framework-res.apk", to: "pm path android")
        }
    }

    @Test func `a reboot has ended when another boot has come to its end`() async throws {
        let before = try booted("11111111-1111-1111-1111-111111111111", completed: ["1"])
        // Still going down, then gone, then starting, then up.
        let goingDown = try booted("11111111-1111-1111-1111-111111111111", completed: ["1"])
        let after = try booted("22222222-2222-2222-2222-222222222222", completed: ["", "", "1"])
        let attempts = Counter()
        let outcome = try await outcome(of: try StepText("reboot:"), on: before) {
            switch attempts.next() {
            case 1: return goingDown
            case 2, 3: throw PhoneError(.unreachable, operation: "connect", reason: "connection refused")
            default: return after
            }
        }
        #expect(outcome.verdict == .changed)
        #expect(attempts.count == 6)
        #expect(before.requests.last == "reboot system")
        #expect(outcome.outputs.values["seconds"] != nil)
    }

    @Test func `a wait for boot outlives the link`() async throws {
        let gone = try ScriptedPhone(lane: lane) { script in
            script.failures["run"] = PhoneError(.lost, operation: "getprop", reason: "connection reset")
        }
        let step = try StepText("wait: boot")
        let context = testContext(on: gone, payloads: ScriptedPayloads())
        #expect(try await step.kind.need(on: gone, context: context) == .work(because: "the phone does not answer"))
        let after = try booted("22222222-2222-2222-2222-222222222222", completed: ["", "1"])
        let attempts = Counter()
        let outcome = try await outcome(of: step, on: gone) {
            guard attempts.next() > 2 else {
                throw PhoneError(.unreachable, operation: "connect", reason: "connection refused")
            }
            return after
        }
        #expect(outcome.verdict == .ok)
    }

    @Test func `a wait for anything else is lost with the phone`() async throws {
        let gone = try ScriptedPhone(lane: lane) { script in
            script.failures["run"] = PhoneError(.lost, operation: "getprop", reason: "connection reset")
        }
        await #expect(throws: PhoneError.self) {
            _ = try await outcome(of: try StepText("wait: { property: a.b }"), on: gone)
        }
    }

    @Test func `a phone that forgot our key while rebooting is not waited for`() async throws {
        let before = try booted("11111111-1111-1111-1111-111111111111", completed: ["1"])
        await #expect(throws: PhoneError.self) {
            _ = try await outcome(of: try StepText("reboot:"), on: before) {
                throw PhoneError(.unauthorized, operation: "connect", reason: "no key is accepted")
            }
        }
    }
}

private final class Counter: Sendable {
    private let value = Mutex(0)
    var count: Int { value.withLock { $0 } }

    @discardableResult
    func next() -> Int {
        value.withLock { value in
            value += 1
            return value
        }
    }
}
