import Farm
import Journal

extension Stories {
    /// A night of two plays with waves: a canary is replaced, tests fail and flake, a gate says no, and one phone is rescued.
    static func night(isOver: Bool = true) throws -> Teller {
        let steps = [
            StepLabel(path: StepPath(play: 0, step: 0), keyword: "install", summary: "install game.apk"),
            StepLabel(
                path: StepPath(play: 1, step: 0).appending(0), keyword: "instrument",
                summary: "instrument com.studio.game.test"),
            StepLabel(path: StepPath(play: 1, step: 1), keyword: "pull", summary: "pull /sdcard/shots"),
        ]
        var story = try Teller(
            "Nightly regression", phones: 8, steps: steps, commandLine: ["drover", "run", "nightly.yml"],
            plays: [
                PlayLabel(name: "Deploy", targetCount: 8),
                PlayLabel(name: "Test", targetCount: 6, members: Array(0..<6)),
            ])
        let targets = story.header.targets
        let gone = StepFailure(code: "no-route", operation: "connect to 10.0.4.1:5555", reason: "no route to host")
        for phone in 1...8 {
            guard phone > 1 else {
                story.tell(50, .playEnded(targets[0], play: 0, PhoneEnd(verdict: .lost, failure: gone)))
                continue
            }
            story.tell(60, .stepStarted(targets[phone - 1], steps[0].path, attempt: 1))
            story.tell(900, .stepEnded(targets[phone - 1], steps[0].path, StepEnd(verdict: .changed, duration: 840)))
            story.tell(901, .playEnded(targets[phone - 1], play: 0, PhoneEnd(verdict: .changed)))
        }
        story.tell(1_000, .waveStarted(WaveStart(play: 1, wave: 0, targets: [targets[0], targets[1]])))
        story.tell(1_010, .canaryReplaced(play: 1, lost: targets[0], by: targets[2]))
        for phone in [2, 3] { story.tests(phone, 1_100...5_000, flaky: phone == 3) }
        story.tell(5_100, .waveEnded(WaveEnd(play: 1, wave: 0, passed: true)))
        story.tell(5_200, .waveStarted(WaveStart(play: 1, wave: 1, targets: Array(targets[3..<6]))))
        guard isOver else {
            let path = steps[1].path
            story.tell(5_300, .stepStarted(targets[3], path, attempt: 1))
            story.tell(5_300, .stepStarted(targets[4], path, attempt: 1))
            story.tell(9_300, .stepEnded(targets[4], path, StepEnd(verdict: .changed, duration: 4_000)))
            story.tell(9_400, .stepStarted(targets[4], steps[2].path, attempt: 1))
            story.tell(9_500, .runStopping(RunStopping(code: "max-fail", why: "1 of 8 phones failed")))
            return story
        }
        for phone in 4...6 { story.tests(phone, 5_300...9_000, fails: phone < 6) }
        let why = "2 of 3 phones failed"
        story.tell(9_100, .waveEnded(WaveEnd(play: 1, wave: 1, passed: false, why: why)))
        story.tell(9_100, .runStopping(RunStopping(code: "gate", why: why)))
        story.phone(1, 9_150, PhoneEnd(verdict: .lost, failure: gone))
        for phone in 7...8 { story.phone(phone, 9_150, PhoneEnd(verdict: .changed)) }
        story.end(9_200, exitCode: 1, why: "2 failed and 1 was lost")
        return story
    }
}

extension Stories.Teller {
    /// A phone goes through the tests, and through what comes after.
    fileprivate mutating func tests(
        _ phone: Int, _ times: ClosedRange<Int64>, flaky: Bool = false, fails: Bool = false
    ) {
        let target = header.targets[phone - 1]
        let block = StepPath(play: 1, step: 0)
        let shots = StepPath(play: 1, step: 1)
        let cases = [
            TestCase(
                suite: "com.studio.LoginTest", name: "signsIn", result: .passed, milliseconds: 1_200, isFlaky: flaky),
            TestCase(
                suite: "com.studio.LoginTest", name: "refuses<wrong>", result: fails ? .failed : .passed,
                milliseconds: 300, message: fails ? "expected:<1> but was:<\u{1B}[31m2>" : nil,
                trace: fails ? "java.lang.AssertionError\n\tat com.studio.LoginTest.refuses(LoginTest.kt:14)\n" : nil),
            TestCase(
                suite: "com.studio.PlayTest", name: "plays", result: fails ? .errored : .passed,
                message: fails ? "Process crashed." : nil),
            TestCase(suite: "com.studio.PlayTest", name: "saves", result: fails ? .notRun : .ignored),
        ]
        let failure = StepFailure(
            code: "tests-failed", operation: "instrument com.studio.game.test", reason: "2 of 4 test cases failed")
        tell(times.lowerBound, .stepStarted(target, block.appending(0), attempt: 1))
        tell(
            times.upperBound,
            .stepEnded(
                target, block.appending(0),
                StepEnd(
                    verdict: fails ? .failed : .changed, outputs: StepOutputs(cases: cases),
                    failure: fails ? failure : nil, duration: times.upperBound - times.lowerBound)))
        // The fifth phone's failure is put right by a rescue.
        let isRescued = fails && phone == 5
        var end = PhoneEnd(verdict: .changed, marks: isRescued ? .rescued : [])
        if fails, !isRescued {
            end = PhoneEnd(verdict: .failed, failure: failure, step: block.appending(0))
        } else {
            tell(times.upperBound, .stepStarted(target, shots, attempt: 1))
            tell(times.upperBound + 20, .stepEnded(target, shots, StepEnd(verdict: .ok, bytes: 400, duration: 20)))
        }
        tell(times.upperBound + 30, .playEnded(target, play: 1, end))
        tell(times.upperBound + 30, .phoneEnded(target, end))
    }
}
