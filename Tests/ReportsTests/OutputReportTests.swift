import DroverTesting
import Farm
import Journal
import Reports
import Testing

@Suite struct OutputReportTests {
    @Test func `equal outputs are shown once under their phones`() throws {
        expectGolden(OutputReport(try Stories.exec().record).text, "golden/reports/exec-outputs.txt")
    }

    @Test func `a long output is read from the run folder when it is there`() throws {
        let record = try Stories.exec().record
        let text = OutputReport(record) { $0.hash == "0f3a" ? "the\nwhole\n" : nil }.text
        #expect(text.contains("the\nwhole\n"))
        #expect(!text.contains("run folder"))
    }

    @Test func `each round of a loop stands apart`() throws {
        var story = try Stories.Teller("Look", phones: 2, steps: Stories.deploySteps, commandLine: ["drover"])
        for phone in 1...2 {
            for round in 0...1 {
                let path = story.path(2).withItem(round)
                let target = story.header.targets[phone - 1]
                let said = StepOutputs(exit: 0, exitSource: .protocolPacket, output: .inline("level \(round)\n"))
                story.tell(0, .stepStarted(target, path, attempt: 1))
                story.tell(1, .stepEnded(target, path, StepEnd(verdict: .ok, outputs: said)))
            }
        }
        expectGolden(OutputReport(story.record).text, "golden/reports/outputs-of-rounds.txt")
    }

    @Test func `the outputs of several steps stand apart`() throws {
        var story = try Stories.Teller("Look", phones: 2, steps: Stories.deploySteps, commandLine: ["drover"])
        let said = StepOutputs(exit: 0, exitSource: .protocolPacket, output: "one\n")
        let saidToo = StepOutputs(exit: 0, exitSource: .sentinel, output: "two")
        for phone in 1...2 {
            story.step(phone, 0, 0...1, StepEnd(verdict: .ok, outputs: said))
            story.step(phone, 1, 1...2, StepEnd(verdict: .ok))
            story.step(phone, 2, 1...2, StepEnd(verdict: .ok, outputs: saidToo))
        }
        expectGolden(OutputReport(story.record).text, "golden/reports/outputs-of-steps.txt")
    }
}
