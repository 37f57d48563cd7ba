import DroverTesting
import Farm
import Journal
import Reports
import Testing

@Suite struct TerminalReportTests {
    @Test func `a good run is told in a few lines`() throws {
        expectGolden(
            TerminalReport(try Stories.goodDeploy().record, folder: "runs/2026-11-20-brave-otter").text,
            "golden/reports/good-deploy.txt")
    }

    @Test func `every verdict is counted and every failure explained once`() throws {
        let report = TerminalReport(try Stories.badDeploy().record, folder: "runs/2026-11-20-brave-otter")
        expectGolden(report.text, "golden/reports/bad-deploy.txt")
    }

    @Test func `colours are only added on a terminal`() throws {
        let record = try Stories.badDeploy().record
        let coloured = TerminalReport(record, style: ReportStyle(isColoured: true, width: 100)).text
        expectGolden(coloured.replacing("\u{1B}", with: "<ESC>"), "golden/reports/bad-deploy-coloured.txt")
        let plain = TerminalReport(record).text
        #expect(!plain.utf8.contains(0x1B))
        #expect(coloured.replacing(#/\u{1B}\[[0-9]+m/#, with: "") == plain)
    }

    @Test func `a command that ran on many phones is reported`() throws {
        expectGolden(TerminalReport(try Stories.exec().record).text, "golden/reports/exec.txt")
    }

    @Test func `a run that was killed is told from what is there`() throws {
        var story = try Stories.Teller(
            "Deploy the nightly build", phones: 5, steps: Stories.deploySteps, commandLine: Stories.deployCommand)
        story.step(1, 0, 0...100, StepEnd(verdict: .changed))
        story.phone(1, 100, PhoneEnd(verdict: .changed))
        story.tell(120, .stepStarted(.phone("sim-002"), story.path(0), attempt: 1))
        expectGolden(TerminalReport(story.record).text, "golden/reports/killed.txt")
    }

    @Test func `nothing but a beginning, or not even that, can be told`() throws {
        #expect(TerminalReport(RunRecord()).text.hasPrefix("a run without a readable beginning\n"))
        #expect(OutputReport(RunRecord()).text.isEmpty)
    }

    @Test func `the same reason with another cure is told apart`() throws {
        var story = try Stories.Teller(
            "exec id", phones: 3, steps: Stories.execSteps, commandLine: ["drover", "exec"])
        for (phone, advice) in [(1, "is the phone on?"), (2, "is the adb server running?"), (3, "is the phone on?")] {
            let failure = StepFailure(code: "unreachable", operation: "x", reason: "refused", advice: advice)
            story.phone(phone, 10, PhoneEnd(verdict: .lost, failure: failure, step: story.path(0)))
        }
        let text = TerminalReport(story.record).text
        #expect(text.contains("-> is the phone on?\n  sim-001, sim-003\n"), "\(text)")
        #expect(text.contains("-> is the adb server running?\n  sim-002\n"), "\(text)")
    }

    @Test(
        "what was done is named, unless the step's title says it",
        arguments: [("Install the build", "  install game.apk: no"), (nil, "  no")])
    func operation(name: String?, line: String) throws {
        let steps = [StepLabel(path: StepPath(step: 0), keyword: "install", name: name, summary: "install game.apk")]
        var story = try Stories.Teller("x", phones: 1, steps: steps, commandLine: ["drover", "run"])
        let failure = StepFailure(code: "refused", operation: "install game.apk", reason: "no")
        story.phone(1, 10, PhoneEnd(verdict: .failed, failure: failure, step: story.path(0)))
        #expect(TerminalReport(story.record).text.split(separator: "\n").contains { $0 == line })
    }

    @Test func `many kinds of failure are counted and not listed`() throws {
        var story = try Stories.Teller(
            "exec x", phones: 200, steps: Stories.execSteps, commandLine: ["drover", "exec"])
        for phone in 1...200 {
            let kind = phone <= 110 ? phone * 2 % 220 : phone
            let failure = StepFailure(code: "exit", operation: "x", reason: "kind \(kind)")
            story.phone(phone, 10, PhoneEnd(verdict: .failed, failure: failure, step: story.path(0)))
        }
        story.end(20, exitCode: 1, why: "some phones failed")
        expectGolden(TerminalReport(story.record).text, "golden/reports/many-kinds.txt")
    }

    @Test(arguments: [1, 7, 4_000])
    func `the counts add up to the targets`(phones: Int) throws {
        var story = try Stories.Teller("x", phones: phones, steps: Stories.deploySteps, commandLine: ["drover", "run"])
        for phone in 1...phones {
            let verdict = Verdict.allCases[phone % Verdict.allCases.count]
            guard verdict != .notStarted else { continue }
            story.phone(phone, Int64(phone), PhoneEnd(verdict: verdict))
        }
        let text = TerminalReport(story.record).text
        let sum = try #require(text.split(separator: "\n").first { $0.contains(" = \(phones) phone") })
        let words = sum.split(separator: "=")[0].split(separator: " ")
        #expect(words.compactMap { Int($0) }.reduce(0, +) == phones)
    }

    @Test func `names are folded so that the next command can be typed`() throws {
        let text = TerminalReport(try Stories.badDeploy().record).text
        #expect(
            text.contains("drover run playbooks/deploy.yml 'build=game v2.apk' --limit 'sim-[031-041], sim-[045-060]'"))
    }
}
