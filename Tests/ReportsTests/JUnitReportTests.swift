import DroverTesting
import Farm
import Foundation
import FoundationXML
import Journal
import Testing

@testable import Reports

/// JUnit, JSON, text and journal tell the same counts, whatever happened.
@Suite struct JUnitReportTests {
    /// Counts the elements and attributes of a JUnit file, as a test server would.
    private final class Reader: NSObject, XMLParserDelegate {
        var suites: [[String: String]] = []
        var cases = 0
        var failures = 0
        var errors = 0
        var skipped = 0
        var verdicts: [String: Int] = [:]
        private var inSuite = false

        func parser(
            _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
            attributes: [String: String] = [:]
        ) {
            switch name {
            case "testsuite": suites.append(attributes)
            case "testcase": cases += 1
            case "failure": failures += 1
            case "error": errors += 1
            case "skipped": skipped += 1
            case "property" where attributes["name"] == "verdict":
                verdicts[attributes["value"] ?? "", default: 0] += 1
            default: break
            }
        }
    }

    private static func read(_ text: String) throws -> Reader {
        let reader = Reader()
        let parser = XMLParser(data: Data(text.utf8))
        parser.delegate = reader
        try #require(parser.parse(), "\(String(describing: parser.parserError)) in \(text.prefix(2000))")
        return reader
    }

    @Test(arguments: 0..<300) func `counts agree over journal, text, JSON and JUnit`(seed: Int) throws {
        let record = RandomRecord(seed: UInt64(seed)).record
        let counts = record.counts
        let junit = try Self.read(JUnitReport(record).text)
        #expect(junit.suites.count == record.phones.count)
        for verdict in Verdict.allCases {
            #expect(junit.verdicts[verdict.rawValue, default: 0] == counts[verdict], "\(verdict)")
        }
        func sum(_ name: String) -> Int { junit.suites.reduce(0) { $0 + (Int($1[name] ?? "") ?? 0) } }
        #expect(sum("tests") == junit.cases && sum("failures") == junit.failures)
        #expect(sum("errors") == junit.errors && sum("skipped") == junit.skipped)
        // Every phone that did not get through is seen in its suite, and one that did is no failure by itself.
        for (phone, suite) in zip(record.phones, junit.suites) {
            let wrong = (Int(suite["failures"] ?? "") ?? 0) + (Int(suite["errors"] ?? "") ?? 0)
            if phone.verdict.isFailure || phone.verdict == .cancelled { #expect(wrong > 0, "\(phone.target)") }
            #expect((Int(suite["tests"] ?? "") ?? 0) > 0)
        }
        var cases: [TestCase.Result: Int] = [:]
        for phone in record.phones {
            for test in phone.steps.flatMap({ $0.end?.outputs.cases ?? [] }) { cases[test.result, default: 0] += 1 }
        }

        let json = try JSONSerialization.jsonObject(with: Data(JSONReport(record).text.utf8)) as? [String: Any]
        let told = try #require(json?["counts"] as? [String: Int])
        for verdict in Verdict.allCases { #expect(told[verdict.rawValue] == counts[verdict]) }
        #expect(told["total"] == record.phones.count)

        let toldCases = json?["cases"] as? [String: Int] ?? [:]
        for result in TestCase.Result.allCases {
            #expect(toldCases[result.rawValue, default: 0] == cases[result, default: 0])
        }

        let text = TerminalReport(record).text
        let total = cases.values.reduce(0, +)
        if total > 0 { #expect(text.contains(" = \(total) test case")) }
        let line = Verdict.allCases.filter { counts[$0] > 0 }.map { "\(counts[$0]) \($0.words)" }
        #expect(text.contains(line.joined(separator: " + ") + " = \(record.phones.count) phone"))
    }

    @Test func `everything that a phone can come to is in the file`() throws {
        expectGolden(JUnitReport(try Stories.badDeploy().record).text, "golden/reports/bad-deploy.junit.xml")
    }
}

/// A run that might have happened, drawn from a seed.
private struct RandomRecord {
    let record: RunRecord

    init(seed: UInt64) {
        var random = SeededNumbers(seed: seed)
        let hostile = ["plain", "<&\">'", "\u{1B}[31mred", "]]>", "\u{0}\u{FFFE}", "zwölf \u{202E}"]
        func word() -> String { hostile.randomElement(using: &random) ?? "" }
        let steps = (0..<Int.random(in: 1...5, using: &random)).map {
            StepLabel(path: StepPath(step: $0), keyword: "shell", summary: "shell \(word())")
        }
        let targets = (0..<Int.random(in: 1...12, using: &random)).map { TargetID.phone("px-\($0)") }
        var events: [JournalEvent.Body] = [
            .runStarted(
                RunHeader(
                    id: RunID("2026-11-21-brave-otter") ?? RunID(at: 0, drawing: &random), title: word(),
                    targets: targets, steps: steps))
        ]
        for target in targets {
            guard Int.random(in: 0..<8, using: &random) > 0 else { continue }
            var end = PhoneEnd(verdict: .ok)
            for step in steps {
                events.append(.stepStarted(target, step.path, attempt: 1))
                guard Int.random(in: 0..<15, using: &random) > 0 else { break }
                let verdict = Verdict.allCases.randomElement(using: &random) ?? .ok
                let failure = verdict.isFailure ? StepFailure(code: "exit 1", operation: word(), reason: word()) : nil
                let marks: Marks = Bool.random(using: &random) && verdict.isFailure ? .tolerated : []
                var outputs = StepOutputs(reason: word())
                for _ in 0..<Int.random(in: 0...2, using: &random) {
                    let result = TestCase.Result.allCases.randomElement(using: &random) ?? .passed
                    outputs.cases.append(
                        TestCase(suite: word(), name: word(), result: result, message: word(), isFlaky: true))
                }
                events.append(
                    .stepEnded(
                        target, step.path,
                        StepEnd(verdict: verdict, marks: marks, outputs: outputs, failure: failure)))
                guard failure != nil, marks.isEmpty else { continue }
                end = PhoneEnd(verdict: verdict, failure: failure, step: step.path)
                break
            }
            if Int.random(in: 0..<6, using: &random) > 0 { events.append(.phoneEnded(target, end)) }
        }
        record = RunRecord(events.enumerated().map { JournalEvent(time: Int64($0.offset), $0.element) })
    }
}
