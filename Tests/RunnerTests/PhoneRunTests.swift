import DroverTesting
import Farm
import Journal
import Lanes
import SourceText
import Steps
import Synchronization
import Testing

@testable import Runner

@Suite(.timeLimit(.minutes(5)))
struct PhoneRunTests {
    @Test func `a phone goes through its steps over one link`() async throws {
        let scenario = try RunScenario("- shell: one\n- shell: two\n- shell: three", answers: RecordingPhone.Answers())
        let result = await scenario.execute()
        let phone = try RunScenario.phone(result)
        #expect(phone.verdict == .changed)
        #expect(phone.steps.map(\.verdict) == [.changed, .changed, .changed])
        #expect(phone.facts?.values["model"] == "Pixel 8")
        #expect(scenario.dialer.calls == ["px-1"])
        #expect(result.exit == RunExit(counts: VerdictCounts([.changed]), wasStopped: false))
        #expect(result.exit.code == 0)
    }

    @Test func `the journal tells a step's start before the step and its end before the next`() async throws {
        let told = Mutex<[String]>([])
        let path = Mutex("")
        let scenario = try RunScenario(
            "- shell: one\n- shell: two",
            answers: .running { line in
                let journal = try JournalContents(reading: path.withLock { $0 })
                told.withLock { told in
                    told.append(
                        "\(line): \((journal.record.phones.first?.steps ?? []).map { $0.end?.verdict.rawValue ?? "running" })"
                    )
                }
                return .exiting(0)
            })
        path.withLock { $0 = scenario.folder.journalPath }
        _ = await scenario.execute()
        #expect(told.withLock { $0 } == [#"one: ["running"]"#, #"two: ["changed", "running"]"#])
    }

    @Test func `a failure ends the phone and leaves the other steps not started`() async throws {
        let scenario = try RunScenario(
            "- shell: one\n- shell: two", answers: .running { _ in .exiting(3, error: "no\n") })
        let result = await scenario.execute()
        let phone = try RunScenario.phone(result)
        #expect(phone.verdict == .failed)
        #expect(phone.steps.count == 1)
        #expect(phone.failure?.place?.description == "test.yml:4:5")
        #expect(result.exit.code == 1)
    }

    @Test func `a limit that passes is a time-out that names its length`() async throws {
        let scenario = try RunScenario("- shell: sleep\n  timeout: 30s") { phone, lane, _ in
            RecordingPhone(
                phone.name, on: lane,
                answers: .running { _ in
                    try await lane.sleep(for: .seconds(3600))
                    return .exiting(0)
                })
        }
        let phone = try RunScenario.phone(await scenario.execute())
        #expect(phone.verdict == .timedOut)
        #expect(phone.failure?.code == "timeout")
        #expect(phone.failure?.reason == "not done within 30s")
    }

    @Test func `the limit includes connecting`() async throws {
        let scenario = try RunScenario("- shell: id\n  timeout: 5s") { _, lane, _ in
            try await lane.sleep(for: .seconds(3600))
            throw PhoneError.closedPort
        }
        let phone = try RunScenario.phone(await scenario.execute())
        #expect(phone.verdict == .timedOut)
    }

    @Test("a stall counts only while bytes are due", arguments: [(true, Verdict.timedOut), (false, .changed)])
    func stall(areDue: Bool, expected: Verdict) async throws {
        let catalog = StepCatalog([Probe.self])
        let scenario = try RunScenario("- probe: stall\n  stall: 10s\n  timeout: 10m", catalog: catalog) {
            phone, lane, _ in
            RecordingPhone(phone.name, on: lane, facts: ["due": areDue ? "yes" : "no"])
        }
        let phone = try RunScenario.phone(await scenario.execute())
        #expect(phone.verdict == expected)
        if areDue { #expect(phone.failure?.reason == "no byte moved for 10s") }
    }

    @Test func `a pass on a later attempt is flaky`() async throws {
        let count = Mutex(0)
        let scenario = try RunScenario(
            "- shell: try\n  retries: 2\n  delay: 10s",
            answers: .running { _ in
                .exiting(
                    count.withLock {
                        $0 += 1; return $0 < 3 ? 1 : 0
                    })
            })
        let result = await scenario.execute()
        let phone = try RunScenario.phone(result)
        #expect(phone.verdict == .changed)
        #expect(phone.marks == .flaky)
        #expect(phone.steps[0].attempt == 3)
        #expect(phone.steps[0].failedAttempts.map(\.verdict) == [.failed, .failed])
        #expect(phone.steps[0].failedAttempts.allSatisfy { (8000...12000).contains($0.delay) })
        #expect(scenario.dialer.calls.count == 1)
    }

    @Test func `retries end`() async throws {
        let scenario = try RunScenario("- shell: try\n  retries: 2", answers: .running { _ in .exiting(1) })
        let phone = try RunScenario.phone(await scenario.execute())
        #expect(phone.verdict == .failed)
        #expect(phone.steps[0].attempt == 3)
        #expect(phone.marks == [])
    }

    @Test(
        "a refusal that would come again is not retried, and says so",
        arguments: [("DELETE_FAILED_DEVICE_POLICY_MANAGER", 1), ("DELETE_FAILED_INTERNAL_ERROR", 3)])
    func hopeless(code: String, attempts: Int) async throws {
        var answers = RecordingPhone.Answers.running { line in
            .exiting(0, output: line.hasPrefix("dumpsys") ? Self.dump : "")
        }
        answers.uninstall = { _ in .refused(code: code, text: "Failure [\(code)]") }
        let scenario = try RunScenario("- uninstall: com.example.game\n  retries: 2", answers: answers)
        let phone = try RunScenario.phone(await scenario.execute())
        let step = phone.steps[0]
        #expect(phone.verdict == .failed)
        #expect(step.attempt == attempts)
        #expect(step.end?.failure?.reason == "Failure [\(code)]")
        let says = step.end?.failure?.advice?.contains("no retry, as it would be refused again") ?? false
        #expect(says == (attempts == 1))
    }

    private static let dump = """
        Packages:
          Package [com.example.game] (1a2b3c):
            codePath=/data/app/x-1
            versionCode=3 minSdk=24 targetSdk=34
            User 0: ceDataInode=1 installed=true hidden=false stopped=false

        """

    @Test func `a shell that was sent is not repeated when the phone is lost`() async throws {
        let scenario = try RunScenario(
            "- shell: rm -r x\n  retries: 5", answers: .running { _ in throw PhoneError.reset })
        let phone = try RunScenario.phone(await scenario.execute())
        #expect(phone.verdict == .lost)
        #expect(phone.steps[0].attempt == 1)
        #expect(phone.failure?.reason == "connection reset by peer")
    }

    @Test func `a shell that ran out of time is not repeated either`() async throws {
        let scenario = try RunScenario("- shell: sleep\n  retries: 5\n  timeout: 1s") { phone, lane, _ in
            RecordingPhone(
                phone.name, on: lane,
                answers: .running { _ in
                    try await lane.sleep(for: .seconds(3600))
                    return .exiting(0)
                })
        }
        let phone = try RunScenario.phone(await scenario.execute())
        #expect(phone.verdict == .timedOut)
        #expect(phone.steps[0].attempt == 1)
    }

    @Test func `a dead link is replaced unasked when nothing was sent over it`() async throws {
        let scenario = try RunScenario("- shell: one\n- shell: two") { phone, lane, before in
            RecordingPhone(
                phone.name, on: lane,
                answers: .running { line in
                    if before == 0, line == "two" { throw PhoneError.resetUnsent }
                    return .exiting(0)
                })
        }
        let phone = try RunScenario.phone(await scenario.execute())
        #expect(phone.verdict == .changed)
        #expect(phone.marks == .flaky)
        #expect(scenario.dialer.calls.count == 2)
    }

    @Test func `a phone that drops every link is lost`() async throws {
        let scenario = try RunScenario("- shell: one", answers: .running { _ in throw PhoneError.resetUnsent })
        let phone = try RunScenario.phone(await scenario.execute())
        #expect(phone.verdict == .lost)
        #expect(phone.steps[0].attempt == 2)
    }

    @Test func `a lost phone is dialled anew where the step may be repeated`() async throws {
        let scenario = try RunScenario("- uninstall: com.example.game\n  retries: 1") { phone, lane, before in
            var answers = RecordingPhone.Answers()
            answers.run = { _, _ in .exiting(0, output: "package:/data/app/com.example.game/base.apk\n") }
            answers.uninstall = { _ in
                if before == 0 { throw PhoneError.reset }
                return .success(warnings: nil)
            }
            return RecordingPhone(phone.name, on: lane, answers: answers)
        }
        let phone = try RunScenario.phone(await scenario.execute())
        #expect(phone.verdict == .changed || phone.verdict == .ok)
        #expect(phone.steps[0].failedAttempts.map(\.verdict) == [.lost])
        #expect(scenario.dialer.calls.count == 2)
    }

    @Test func `a phone behind a closed port is lost, with what to do about it`() async throws {
        let scenario = try RunScenario("- shell: one") { _, _, _ in throw PhoneError.closedPort }
        let result = await scenario.execute()
        let phone = try RunScenario.phone(result)
        #expect(phone.verdict == .lost)
        #expect(phone.failure?.code == "unreachable")
        #expect(phone.failure?.operation == "connect to 10.0.4.11:5555")
        #expect(phone.failure?.advice == "is it on?")
        #expect(result.exit.code == 4)
        #expect(scenario.dialer.calls.count == 1)
    }

    @Test func `a tolerated failure is marked and the phone goes on`() async throws {
        let scenario = try RunScenario(
            "- shell: bad\n  continue-on-error: true\n- shell: good",
            answers: .running { .exiting($0 == "bad" ? 1 : 0) })
        let result = await scenario.execute()
        let phone = try RunScenario.phone(result)
        #expect(phone.verdict == .changed)
        #expect(phone.marks == .tolerated)
        #expect(phone.steps.map(\.verdict) == [.failed, .changed])
        #expect(result.exit.code == 0)
    }

    @Test func `a step that is not for the phone is skipped without a link`() async throws {
        let scenario = try RunScenario("- shell: one\n  when: phone.name == 'other'", answers: RecordingPhone.Answers())
        let phone = try RunScenario.phone(await scenario.execute())
        #expect(phone.verdict == .skipped)
        #expect(phone.steps[0].attempt == 0)
        #expect(scenario.dialer.calls.isEmpty)
    }

    @Test func `a condition on the Android version asks the phone, and asks for nothing else`() async throws {
        let lines = Mutex<[String]>([])
        let scenario = try RunScenario(
            "- shell: old\n  when: phone.sdk < 30 or phone.model == 'Pixel 7'\n- shell: new\n  when: phone.sdk >= 30",
            answers: .running { line in
                lines.withLock { $0.append(line) }
                return .exiting(0, output: line.hasPrefix("getprop") ? "34\n" : "")
            })
        let phone = try RunScenario.phone(await scenario.execute())
        #expect(phone.steps.map(\.verdict) == [.skipped, .changed])
        #expect(lines.withLock { $0 } == ["getprop ro.build.version.sdk", "new"])
    }

    @Test func `a condition on any property asks for all of them`() async throws {
        let scenario = try RunScenario(
            "- shell: new\n  when: phone.properties['ro.debuggable'] == '1'",
            answers: .running { .exiting(0, output: $0 == "getprop" ? "[ro.debuggable]: [1]\nnoise\n" : "") })
        let phone = try RunScenario.phone(await scenario.execute())
        #expect(phone.steps.map(\.verdict) == [.changed])
    }

    @Test func `a phone that cannot be asked is retried like any other`() async throws {
        let scenario = try RunScenario("- shell: new\n  when: phone.sdk >= 30\n  retries: 1") { phone, lane, before in
            if before == 0 { throw PhoneError.closedPort }
            return RecordingPhone(phone.name, on: lane, answers: .running { _ in .exiting(0, output: "34\n") })
        }
        let phone = try RunScenario.phone(await scenario.execute())
        #expect(phone.verdict == .changed)
        #expect(phone.marks == .flaky)
    }

    @Test(
        "whatever is decided before a step's first attempt knows the phone too",
        arguments: [
            "- block:\n    - shell: new\n  when: phone.sdk >= 30",
            "- shell: ${{ item }}\n  loop: ${{ ['new'] if phone.sdk >= 30 else ['old'] }}",
            "- block:\n    - shell: ${{ item }}\n  loop: ${{ ['new'] if phone.sdk >= 30 else [] }}",
            "- shell: new\n  timeout: ${{ 30s if phone.sdk >= 30 else 1ms }}",
            "- shell: new\n  continue-on-error: ${{ phone.sdk >= 30 }}",
            "- pause: ${{ 1s if phone.sdk >= 30 else 1ms }}\n- shell: new",
        ])
    func introduction(steps: String) async throws {
        let lines = Mutex<[String]>([])
        let scenario = try RunScenario(
            steps,
            answers: .running { line in
                lines.withLock { $0.append(line) }
                return .exiting(0, output: line.hasPrefix("getprop") ? "34\n" : "")
            })
        let phone = try RunScenario.phone(await scenario.execute())
        #expect(phone.verdict == .changed, "\(phone)")
        #expect(lines.withLock { $0 } == ["getprop ro.build.version.sdk", "new"])
    }

    @Test func `a phone that cannot be asked about a block is lost at the block's first step`() async throws {
        let scenario = try RunScenario("- block:\n    - shell: new\n  when: phone.sdk >= 30") { _, _, _ in
            throw PhoneError.closedPort
        }
        let phone = try RunScenario.phone(await scenario.execute())
        #expect(phone.verdict == .lost)
        #expect(phone.steps.map(\.verdict) == [.lost])
        #expect(phone.failure?.place?.description == "test.yml:5:9")
    }

    @Test func `a later step sees what an earlier one brought back`() async throws {
        let lines = Mutex<[String]>([])
        let scenario = try RunScenario(
            "- shell: whoami\n  id: who\n- shell: echo ${{ steps.who.output }}\n  when: steps.who.changed",
            answers: .running { line in
                lines.withLock { $0.append(line) }
                return .exiting(0, output: "shell user\n")
            })
        _ = await scenario.execute()
        #expect(lines.withLock { $0 } == ["whoami", "echo 'shell user'"])
    }

    @Test func `what a step in the background gave is known behind its block`() async throws {
        let begun = Waiter<Void>()
        let lines = Mutex<[String]>([])
        let scenario = try RunScenario(
            """
            - block:
                - shell: record
                  background: true
                  id: log
                - shell: play
            - shell: echo ${{ steps.log.verdict }}
            """
        ) { phone, lane, _ in
            RecordingPhone(
                phone.name, on: lane,
                answers: .running { line in
                    lines.withLock { $0.append(line) }
                    if line == "record" {
                        begun.resume(with: .success(()))
                        try await lane.sleep(for: .seconds(3600))
                    }
                    if line == "play" { try await begun.value() }
                    return .exiting(0)
                })
        }
        let phone = try RunScenario.phone(await scenario.execute())
        #expect(phone.verdict == .changed, "\(phone)")
        #expect(lines.withLock { $0.last } == "echo ok")
    }

    @Test func `a step's code runs on its phone's lane`() async throws {
        let phones = Mutex<[RecordingPhone]>([])
        let names = (1...20).map { "px-\($0)" }
        let catalog = StepCatalog([Probe.self])
        let scenario = try RunScenario("- probe: lane\n- probe: lane", phones: names, catalog: catalog) {
            phone, lane, _ in
            #expect(lane.isCurrent)
            let made = RecordingPhone(phone.name, on: lane)
            phones.withLock { $0.append(made) }
            return made
        }
        let result = await scenario.execute()
        #expect(result.record.counts[.ok] == 20)
        #expect(phones.withLock { $0.map(\.callsOffLane) } == Array(repeating: 0, count: 20))
        #expect(Set(phones.withLock { $0.map { ObjectIdentifier($0.lane) } }).count == 2)
    }
}
