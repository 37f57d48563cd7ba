import DroverTesting
import Testing

@testable import Steps

@Suite("The answer of am instrument") struct InstrumentationTests {
    private static let transcript = """
        INSTRUMENTATION_STATUS: class=com.studio.LoginTest
        INSTRUMENTATION_STATUS: current=1
        INSTRUMENTATION_STATUS: id=AndroidJUnitRunner
        INSTRUMENTATION_STATUS: numtests=2
        INSTRUMENTATION_STATUS: stream=
        com.studio.LoginTest:
        INSTRUMENTATION_STATUS: test=logsIn
        INSTRUMENTATION_STATUS_CODE: 1
        INSTRUMENTATION_STATUS: class=com.studio.LoginTest
        INSTRUMENTATION_STATUS: current=1
        INSTRUMENTATION_STATUS: id=AndroidJUnitRunner
        INSTRUMENTATION_STATUS: numtests=2
        INSTRUMENTATION_STATUS: stream=.
        INSTRUMENTATION_STATUS: test=logsIn
        INSTRUMENTATION_STATUS_CODE: 0
        INSTRUMENTATION_STATUS: class=com.studio.LoginTest
        INSTRUMENTATION_STATUS: numtests=2
        INSTRUMENTATION_STATUS: test=rejects
        INSTRUMENTATION_STATUS_CODE: 1
        INSTRUMENTATION_STATUS: class=com.studio.LoginTest
        INSTRUMENTATION_STATUS: numtests=2
        INSTRUMENTATION_STATUS: stack=java.lang.AssertionError: a=b
        \tat com.studio.LoginTest.rejects(LoginTest.kt:21)

        Caused by: java.io.IOException: gone
        INSTRUMENTATION_STATUS: test=rejects
        INSTRUMENTATION_STATUS_CODE: -2
        INSTRUMENTATION_RESULT: stream=

        Time: 0.016

        FAILURES!!!
        Tests run: 2,  Failures: 1

        INSTRUMENTATION_CODE: -1

        """

    private static func report(_ text: String, piece: Int = 7) -> InstrumentationReport {
        var parser = InstrumentationParser()
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            parser.take(rest.prefix(piece), at: 0)
            rest = rest.dropFirst(piece)
        }
        parser.finish(at: 0)
        return parser.report
    }

    @Test(arguments: [1, 2, 13, 64, 10_000])
    func `cases come out whole, whatever the pieces`(piece: Int) throws {
        let report = Self.report(Self.transcript, piece: piece)
        #expect(report.isWhole)
        #expect(report.announced == 2)
        #expect(
            report.cases.map(\.name.description) == ["com.studio.LoginTest#logsIn", "com.studio.LoginTest#rejects"])
        #expect(report.cases.map(\.ending) == [.passed, .failed])
        let trace = try #require(report.cases.last?.trace)
        #expect(trace.hasPrefix("java.lang.AssertionError: a=b\n\tat com.studio"))
        #expect(trace.hasSuffix("\n\nCaused by: java.io.IOException: gone"))
    }

    @Test func `line ends of a terminal make no difference`() {
        let text = Self.transcript.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\r\n")
        #expect(Self.report(text).cases == Self.report(Self.transcript).cases)
    }

    @Test func `an answer that is cut anywhere is never whole, and no case changes its end`() {
        let bytes = Array(Self.transcript.utf8)
        let whole = Self.report(Self.transcript, piece: bytes.count).cases.map(\.ending)
        let body = Self.transcript.replacing("INSTRUMENTATION_CODE: -1\n", with: "").utf8.count
        for end in 0..<body {
            var parser = InstrumentationParser()
            parser.take(bytes[..<end], at: 0)
            parser.finish(at: 0)
            #expect(!parser.report.isWhole, "cut at \(end)")
            #expect(whole.starts(with: parser.report.cases.map(\.ending)), "cut at \(end)")
            if parser.report.started > 0 { #expect(parser.report.crash == "the answer ended in mid-run") }
        }
    }

    @Test func `a case that begins while another runs ends that one`() {
        let text = """
            INSTRUMENTATION_STATUS: class=A
            INSTRUMENTATION_STATUS: test=one
            INSTRUMENTATION_STATUS_CODE: 1
            INSTRUMENTATION_STATUS: class=A
            INSTRUMENTATION_STATUS: test=two
            INSTRUMENTATION_STATUS_CODE: 1

            """
        let report = Self.report(text)
        #expect(report.cases.map(\.ending) == [.errored])
        #expect(report.running == TestName(suite: "A", name: "two"))
    }

    @Test(arguments: [
        ("INSTRUMENTATION_ABORTED: System has crashed.\n", "System has crashed."),
        ("INSTRUMENTATION_RESULT: shortMsg=Process crashed.\nINSTRUMENTATION_CODE: 0\n", "Process crashed."),
        ("INSTRUMENTATION_RESULT: a=b\nINSTRUMENTATION_CODE: 0\n", "the instrumentation was aborted"),
    ])
    func `a run that ended before its time says why`(text: String, why: String) {
        #expect(Self.report(text).crash == why)
        #expect(!Self.report(text).isWhole)
    }

    @Test func `endless lines, values and keys are bounded`() {
        let line = "INSTRUMENTATION_STATUS: stack=" + String(repeating: "x", count: 300_000) + "\n"
        let more = String(repeating: String(repeating: "y", count: 9000) + "\n", count: 40)
        let keys = (0..<500).map { "INSTRUMENTATION_STATUS: key\($0)=1\n" }.joined()
        let end = "INSTRUMENTATION_STATUS: class=A\nINSTRUMENTATION_STATUS: test=b\nINSTRUMENTATION_STATUS_CODE: -2\n"
        let report = Self.report(line + more + end, piece: 4096)
        #expect((report.cases.first?.trace?.utf8.count ?? 0) <= InstrumentationParser.longestValue)
        #expect(report.cases.count == 1)
        #expect(Self.report(keys + end, piece: 4096).cases.isEmpty)
    }

    @Test func `bytes of any kind are read without harm`() {
        var numbers = SeededNumbers(seed: 7)
        let words = [
            "INSTRUMENTATION_STATUS: ", "INSTRUMENTATION_CODE: ", "class=A", "test=", "\n", "-1", "\u{0}", "ü", "1",
        ]
        for _ in 0..<2000 {
            let text = (0..<20).map { _ in words[Int.random(in: words.indices, using: &numbers)] }.joined()
            _ = Self.report(text, piece: 3)
        }
    }
}
