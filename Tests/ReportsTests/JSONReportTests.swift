import DroverTesting
import Farm
import Journal
import Reports
import Testing

@Suite struct JSONReportTests {
    @Test func `a run is told to programs`() throws {
        var story = try Stories.Teller(
            "Deploy \"it\"", phones: 3, steps: Stories.deploySteps, commandLine: Stories.deployCommand)
        story.step(1, 0, 0...100, StepEnd(verdict: .changed, marks: .flaky, attempts: 2, bytes: 1_000))
        story.step(
            1, 2, 100...150,
            StepEnd(
                verdict: .ok,
                outputs: StepOutputs(
                    exit: 0, exitSource: .protocolPacket, output: "Pixel\u{1B}\u{2028} 8\n",
                    error: .stored(StoredOutput(hash: "0f3a", size: 9_000, head: "x")), truncated: true, reason: "due"))
        )
        story.phone(1, 150, PhoneEnd(verdict: .changed, marks: .flaky))
        let failure = StepFailure(
            code: "unreachable", operation: "connect to h:1", reason: "refused", advice: "switch it on",
            place: Stories.deploySteps[0].place)
        story.phone(2, 160, PhoneEnd(verdict: .lost, failure: failure))
        story.end(200, exitCode: 4, why: "every failure is a lost phone")
        expectGolden(JSONReport(story.record).text, "golden/reports/report.json")
    }

    @Test func `a text is quoted as JSON quotes it`() {
        #expect(JSONReport.quoted("a\"\\\n\u{1B}\u{2028}é") == #""a\"\\\n\u001b\u2028é""#)
    }

    @Test func `a run without a beginning is still an object`() {
        let text = JSONReport(RunRecord()).text
        #expect(text.contains("\"total\": 0"))
        #expect(text.hasSuffix("\"targets\": []\n}\n"))
    }
}
