import Farm
import Journal
import SourceText

/// Runs to report on, told as their journals tell them.
enum Stories {
    /// Tells a run event by event; times are milliseconds since its start.
    struct Teller {
        private(set) var events: [JournalEvent] = []
        let header: RunHeader
        let start: Int64 = 1_795_219_200_000

        init(
            _ title: String, phones: Int, steps: [StepLabel], commandLine: [String], window: Int = 256,
            plays: [PlayLabel] = []
        ) throws {
            guard let id = RunID("2026-11-20-brave-otter") else { throw NoStory() }
            header = RunHeader(
                id: id, playbook: steps.count > 1 ? "deploy.yml" : nil, title: title, commandLine: commandLine,
                targets: (1...phones).map { .phone(Stories.name($0, of: phones)) }, steps: steps, version: "0.1.0",
                window: window, plays: plays)
            events = [JournalEvent(time: start, .runStarted(header))]
        }

        func path(_ step: Int) -> StepPath { StepPath(step: step) }

        mutating func tell(_ time: Int64, _ body: JournalEvent.Body) {
            events.append(JournalEvent(time: start + time, body))
        }

        mutating func step(_ phone: Int, _ step: Int, _ times: ClosedRange<Int64>, _ end: StepEnd) {
            let target = header.targets[phone - 1]
            var end = end
            end.duration = times.upperBound - times.lowerBound
            tell(times.lowerBound, .stepStarted(target, path(step), attempt: max(1, end.attempts)))
            tell(times.upperBound, .stepEnded(target, path(step), end))
        }

        mutating func phone(_ phone: Int, _ time: Int64, _ end: PhoneEnd) {
            tell(time, .phoneEnded(header.targets[phone - 1], end))
        }

        mutating func end(_ time: Int64, exitCode: Int, why: String) {
            let counts = RunRecord(events).counts
            tell(time, .runEnded(RunEnd(counts: counts, exitCode: exitCode, why: why, duration: time)))
        }

        var record: RunRecord { RunRecord(events) }
    }

    struct NoStory: Error {}

    static func name(_ number: Int, of count: Int) -> String {
        let digits = String(number)
        return "sim-" + String(repeating: "0", count: max(3, String(count).count) - digits.count) + digits
    }

    static let deploySteps = [
        StepLabel(
            path: StepPath(step: 0), keyword: "install", id: "game", summary: "install game.apk",
            place: SourceLocation(file: "deploy.yml", line: 12, column: 5)),
        StepLabel(
            path: StepPath(step: 1), keyword: "push", name: "Deliver the assets",
            place: SourceLocation(file: "deploy.yml", line: 15, column: 5)),
        StepLabel(
            path: StepPath(step: 2), keyword: "shell", summary: "shell am start com.studio.game",
            place: SourceLocation(file: "deploy.yml", line: 18, column: 5)),
    ]

    static let deployCommand = ["drover", "run", "playbooks/deploy.yml", "build=game v2.apk", "--limit", "sim-*"]

    /// Everybody gets the build; one phone needs a second attempt.
    static func goodDeploy() throws -> Teller {
        var story = try Teller("Deploy the nightly build", phones: 100, steps: deploySteps, commandLine: deployCommand)
        for phone in 1...100 {
            let flaky = phone == 42
            if flaky {
                let failure = StepFailure(
                    code: "lost", operation: "install game.apk", reason: "connection reset by peer")
                story.tell(
                    200,
                    .attemptFailed(
                        story.header.targets[phone - 1], story.path(0),
                        AttemptFailure(attempt: 1, verdict: .lost, failure: failure, delay: 1_300)))
            }
            story.step(
                phone, 0, 100...2_100,
                StepEnd(verdict: .changed, marks: flaky ? .flaky : [], attempts: flaky ? 2 : 1, bytes: 40_000_000))
            story.step(phone, 1, 2_100...9_000, StepEnd(verdict: .changed, bytes: 24_000_000))
            story.step(
                phone, 2, 9_000...9_100,
                StepEnd(verdict: .ok, outputs: StepOutputs(exit: 0, exitSource: .protocolPacket)))
            story.phone(phone, 9_100, PhoneEnd(verdict: .changed, marks: flaky ? .flaky : []))
        }
        story.end(9_150, exitCode: 0, why: "all went well")
        return story
    }

    /// A run in which every verdict occurs, and phones say hostile things.
    static func badDeploy() throws -> Teller {
        var story = try Teller("Deploy the nightly build", phones: 60, steps: deploySteps, commandLine: deployCommand)
        let full = StepFailure(
            code: "INSTALL_FAILED_INSUFFICIENT_STORAGE", operation: "install game.apk",
            reason: "INSTALL_FAILED_INSUFFICIENT_STORAGE: not enough space",
            advice: "free space on the phone: uninstall what is not needed, or clear its caches")
        let signer = StepFailure(
            code: "INSTALL_FAILED_UPDATE_INCOMPATIBLE", operation: "install game.apk",
            reason: "signatures do not match\u{1B}[2J\u{07} previously installed version",
            advice: "uninstall com.studio.game first; its data will be lost")
        for phone in 1...60 {
            switch phone {
            case 1...30:
                story.step(
                    phone, 0, 0...2_000, StepEnd(verdict: .ok, outputs: StepOutputs(reason: "it is there already")))
                story.step(phone, 1, 2_000...5_000, StepEnd(verdict: phone <= 10 ? .changed : .ok, bytes: 1_000))
                story.step(phone, 2, 5_000...5_100, StepEnd(verdict: .skipped, attempts: 0))
                story.phone(phone, 5_100, PhoneEnd(verdict: phone <= 10 ? .changed : .ok))
            case 31...34, 36:
                story.step(phone, 0, 0...1_500, StepEnd(verdict: .failed, attempts: 3, failure: full))
                story.phone(phone, 1_500, PhoneEnd(verdict: .failed, failure: full, step: story.path(0)))
            case 35:
                story.step(phone, 0, 0...1_500, StepEnd(verdict: .failed, failure: signer))
                story.phone(phone, 1_500, PhoneEnd(verdict: .failed, failure: signer, step: story.path(0)))
            case 37...40:
                let refused = StepFailure(
                    code: "unreachable", operation: "connect to 10.0.4.\(phone):5555", reason: "connection refused",
                    advice: "is the phone on, and is debugging over the network switched on?")
                story.phone(phone, 900, PhoneEnd(verdict: .lost, failure: refused))
            case 41:
                let stall = StepFailure(
                    code: "stall", operation: "push assets to /sdcard/game", reason: "no byte moved for 45 s")
                story.step(phone, 0, 0...2_000, StepEnd(verdict: .changed, bytes: 40_000_000))
                story.step(phone, 1, 2_000...60_000, StepEnd(verdict: .timedOut, failure: stall))
                story.phone(phone, 60_000, PhoneEnd(verdict: .timedOut, failure: stall, step: story.path(1)))
            case 42...44:
                story.step(phone, 0, 0...2_000, StepEnd(verdict: .skipped, attempts: 0))
                story.phone(phone, 2_000, PhoneEnd(verdict: .skipped))
            case 45, 46:
                story.step(phone, 0, 0...2_000, StepEnd(verdict: .ok, marks: .tolerated))
                story.phone(phone, 3_000, PhoneEnd(verdict: .cancelled, marks: .tolerated, step: story.path(1)))
            default: story.phone(phone, 61_000, PhoneEnd(verdict: .notStarted))
            }
        }
        story.end(61_000, exitCode: 130, why: "interrupted")
        return story
    }

    static let execSteps = [StepLabel(path: StepPath(step: 0), keyword: "shell", summary: "getprop ro.product.model")]

    /// One command on many phones, with equal, different, hostile and missing answers.
    static func exec() throws -> Teller {
        var story = try Teller(
            "exec getprop ro.product.model", phones: 40, steps: execSteps,
            commandLine: ["/usr/local/bin/drover", "exec", "all", "--", "getprop", "ro.product.model", "--limit"])
        for phone in 1...40 {
            func answer(
                _ output: OutputText, error: OutputText = "", exit: Int? = 0, truncated: Bool = false
            ) -> StepOutputs {
                StepOutputs(
                    exit: exit, exitSource: exit == nil ? .absent : .protocolPacket, output: output, error: error,
                    truncated: truncated)
            }
            let outputs: StepOutputs
            switch phone {
            case 1...30, 33: outputs = answer("Pixel 8\n")
            case 31: outputs = answer("Pixel 7\r\nfrom\ta\ttable\n\nlast \u{202E}line\u{1B}[31m")
            case 32: outputs = answer("", error: "getprop: not found\n", exit: 127)
            case 34: outputs = answer("", exit: nil)
            case 35, 36:
                outputs = answer(
                    .stored(StoredOutput(hash: "0f3a", size: 5_000_000, head: "begin\nof it")), truncated: true)
            case 37: outputs = answer("")
            default:
                let failure = StepFailure(
                    code: "unauthorized", operation: "connect to h:\(phone)",
                    reason: "the phone accepts none of the keys")
                story.phone(phone, 100, PhoneEnd(verdict: .lost, failure: failure))
                continue
            }
            let isGood = outputs.exit == 0
            let failure = StepFailure(
                code: "exit", operation: "getprop ro.product.model",
                reason: outputs.exit.map { "exit code \($0), and 0 was expected" } ?? "no exit code came")
            story.step(
                phone, 0, 0...50,
                StepEnd(verdict: isGood ? .changed : .failed, outputs: outputs, failure: isGood ? nil : failure))
            story.phone(
                phone, 50,
                isGood
                    ? PhoneEnd(verdict: .changed)
                    : PhoneEnd(verdict: .failed, failure: failure, step: story.path(0)))
        }
        story.end(120, exitCode: 1, why: "some phones failed")
        return story
    }
}
