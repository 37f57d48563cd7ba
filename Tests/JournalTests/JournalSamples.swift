import DroverTesting
import Farm
import Glibc
import Journal
import SourceText

/// Events and folders that the journal's tests start from.
enum JournalSamples {
    static let place = SourceLocation(file: "deploy.yml", line: 14, column: 7)

    private static var id: RunID {
        var random = SeededNumbers(seed: 1)
        return RunID(at: 1_795_219_200, drawing: &random)
    }

    static func header(phones: Int, steps: Int = 2) -> RunHeader {
        RunHeader(
            id: id,
            playbook: "deploy.yml",
            title: "Deploy \"nightly\"\n",
            commandLine: ["drover", "run", "deploy.yml", "build=game.apk"],
            inputs: ["build": "game.apk"],
            targets: (0..<phones).map { TargetID.phone("px8-\($0)") },
            steps: (0..<steps).map {
                StepLabel(path: StepPath(step: $0), keyword: "shell", id: "s\($0)", place: place)
            },
            seed: .max,
            version: "0.1.0",
            window: 200,
            plays: [PlayLabel(name: "Deploy", targetCount: phones), PlayLabel(name: "Look", targetCount: 1)]
        )
    }

    /// One event of every kind, with everything in it that an event can hold.
    static var everyKind: [JournalEvent] {
        let phone = TargetID.phone("px8-0")
        let failure = StepFailure(
            code: "refused", operation: "push a to /sdcard", reason: "no\u{1B}[31m space \u{1F4A5}",
            advice: "free some",
            place: place)
        let outputs = StepOutputs(
            values: [
                "a b": .text("\\"), "n": .integer(-5), "d": .number(1.5), "t": .boolean(true), "x": .null,
                "l": .list([.integer(1), .list([]), .map(["k": .text("v")])]), "m": .map([:]),
            ],
            exit: 3,
            exitSource: .sentinel, output: "line\tone\r\nzwei ü",
            error: .stored(StoredOutput(hash: "ab", size: 9000, head: "…")),
            truncated: true, reason: "because",
            cases: [
                TestCase(
                    suite: "com.studio.LoginTest", name: "signsIn", result: .passed, milliseconds: 1234, isFlaky: true),
                TestCase(
                    suite: "com.studio.LoginTest", name: "refuses\u{1}", result: .notRun, message: "gone",
                    trace: "at\n a"),
            ])
        let end = StepEnd(
            verdict: .timedOut, marks: [.flaky, .tolerated], attempts: 3, outputs: outputs, failure: failure,
            bytes: 1 << 40,
            duration: 12)
        return [
            JournalEvent(time: 1, .runStarted(header(phones: 3))),
            JournalEvent(
                time: 2, .phoneConnected(phone, PhoneFacts(values: ["model": "Pixel 8"], wayIn: "tcp:10.0.4.11:5555"))),
            JournalEvent(
                time: 3,
                .stepStarted(
                    phone, StepPath(play: 0).appending(2).appending(0, item: 3).appending(1, item: 4), attempt: 2)),
            JournalEvent(
                time: 4,
                .attemptFailed(
                    phone, StepPath(step: 0), AttemptFailure(attempt: 1, verdict: .lost, failure: failure, delay: 900))),
            JournalEvent(time: 5, .stepEnded(TargetID(kind: .server, name: "farm-a01"), StepPath(step: 1), end)),
            JournalEvent(
                time: 6,
                .phoneEnded(
                    phone, PhoneEnd(verdict: .timedOut, marks: .flaky, failure: failure, step: StepPath(step: 1)))),
            JournalEvent(
                time: 7,
                .runEnded(RunEnd(counts: VerdictCounts([.ok, .lost]), exitCode: 4, why: "all lost", duration: 99))),
            JournalEvent(time: 8, .runResumed(RunResumed(commandLine: ["drover", "resume"], version: "0.2.0"))),
            JournalEvent(time: 9, .waveStarted(WaveStart(play: 1, wave: 0, targets: [phone, .phone("px8-1")]))),
            JournalEvent(time: 10, .waveEnded(WaveEnd(play: 1, wave: 0, passed: false, why: "1 of 2 lost"))),
            JournalEvent(time: 11, .canaryReplaced(play: 1, lost: phone, by: .phone("px8-2"))),
            JournalEvent(time: 12, .runStopping(RunStopping(code: "max-fail", why: "6 of 300 phones failed"))),
            JournalEvent(
                time: 13,
                .serviceAsked(phone, StepPath(step: 1), ServiceJob(call: "install 0a", request: "r\"", job: "j"))),
            JournalEvent(time: 14, .serviceAsked(phone, StepPath(step: 1), ServiceJob(call: "shell 0b"))),
            JournalEvent(
                time: 13, .playEnded(phone, play: 1, PhoneEnd(verdict: .lost, failure: failure, step: nil))),
        ]
    }

    /// A folder of its own under the system's temporary one; whoever asks removes it.
    static func temporaryFolder() -> String {
        var template = Array("/tmp/drover-journal-XXXXXX".utf8CString)
        return template.withUnsafeMutableBufferPointer { buffer in
            guard let start = buffer.baseAddress, let made = mkdtemp(start) else { fatalError("no temporary folder") }
            return String(cString: made)
        }
    }
}
