import Farm
public import Journal
import SourceText

/// A run for test servers: JUnit XML with a suite for every target and a case for every step, and for every case of a
/// test run among them.
///
/// Everyone is in it: who was lost, timed out or cancelled is an error, who failed a failure, and what was skipped or never
/// started is skipped with its reason. What passed on a retry, was rescued or tolerated says so as a property.
public struct JUnitReport: Sendable {
    private let record: RunRecord
    private let labels: [StepPath: StepLabel]

    /// Reports a run.
    public init(_ record: RunRecord) {
        self.record = record
        labels = Dictionary((record.header?.steps ?? []).map { ($0.path, $0) }) { $1 }
    }

    /// The report, with a line break at its end.
    public var text: String {
        let suites = record.phones.map { suite($0) }
        let title = record.header?.title ?? "a run"
        var xml = XMLText()
        xml.raw("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n")
        let total = suites.reduce(into: Counts()) { $0.add($1.counts) }
        xml.open(
            "testsuites",
            [("name", title), ("id", record.header?.id.description ?? "")] + total.attributes
                + [("time", Self.seconds(record.end?.duration ?? record.lastTime - record.startTime))])
        for suite in suites { write(suite, &xml) }
        xml.close("testsuites")
        return xml.text
    }

    // MARK: What is told

    private enum Outcome {
        case passed
        case skipped(String)
        case failure(type: String, message: String, text: String)
        case error(type: String, message: String, text: String)
    }

    private struct Case {
        var name: String
        var group: String
        var milliseconds: Int64
        var outcome: Outcome
        var properties: [(String, String)] = []
    }

    private struct Counts {
        var tests = 0
        var failures = 0
        var errors = 0
        var skipped = 0

        mutating func add(_ other: Counts) {
            tests += other.tests
            failures += other.failures
            errors += other.errors
            skipped += other.skipped
        }

        var attributes: [(String, String)] {
            [
                ("tests", "\(tests)"), ("failures", "\(failures)"), ("errors", "\(errors)"), ("skipped", "\(skipped)"),
            ]
        }
    }

    private struct Suite {
        let phone: PhoneRecord
        let cases: [Case]

        var counts: Counts {
            var counts = Counts()
            for test in cases {
                counts.tests += 1
                switch test.outcome {
                case .passed: break
                case .skipped: counts.skipped += 1
                case .failure: counts.failures += 1
                case .error: counts.errors += 1
                }
            }
            return counts
        }
    }

    private func suite(_ phone: PhoneRecord) -> Suite {
        var cases: [Case] = []
        for step in phone.steps {
            cases.append(self.case(of: step))
            cases += (step.end?.outputs.cases ?? []).map { self.case(of: $0) }
        }
        let begun = Set(phone.steps.map(\.path.withoutItems))
        for label in record.header?.steps ?? [] where !begun.contains(label.path) && !label.isForFailures {
            cases.append(
                Case(
                    name: Wording.step(label, label.path, of: 2), group: group, milliseconds: 0,
                    outcome: .skipped("not started")))
        }
        // The verdict of the whole is a case too: a target that was lost before its first step has no other.
        cases.append(
            Case(
                name: "the phone as a whole", group: group, milliseconds: phone.duration,
                outcome: outcome(phone.verdict, phone.failure, reason: nil), properties: properties(phone.marks)))
        return Suite(phone: phone, cases: cases)
    }

    private var group: String { record.header?.title ?? "run" }

    private func `case`(of step: StepRecord) -> Case {
        let label = labels[step.path.withoutItems]
        let end = step.end
        let isTolerated = end?.marks.contains(.tolerated) == true
        var properties = properties(end?.marks ?? [])
        if let end, end.attempts > 1 { properties.append(("attempts", "\(end.attempts)")) }
        let outcome =
            isTolerated
            ? .passed : outcome(step.verdict, end?.failure, reason: end?.outputs.reason)
        return Case(
            name: Wording.step(label, step.path, of: 2), group: group, milliseconds: end?.duration ?? 0,
            outcome: outcome, properties: properties)
    }

    private func `case`(of test: TestCase) -> Case {
        let message = test.message ?? test.result.rawValue
        let outcome: Outcome =
            switch test.result {
            case .passed: .passed
            case .failed: .failure(type: "failed", message: message, text: test.trace ?? message)
            case .errored: .error(type: "errored", message: message, text: test.trace ?? message)
            case .ignored: .skipped(test.message ?? "ignored")
            case .notRun: .skipped(test.message ?? "not run")
            }
        return Case(
            name: test.name, group: test.suite, milliseconds: test.milliseconds ?? 0, outcome: outcome,
            properties: test.isFlaky ? [("flaky", "true")] : [])
    }

    private func outcome(_ verdict: Verdict, _ failure: StepFailure?, reason: String?) -> Outcome {
        let message = failure.map { "\($0.operation): \($0.reason)" } ?? verdict.words
        let text = [failure?.place?.description, failure?.code, failure?.advice].compactMap { $0 }
        let body = ([message] + text).joined(separator: "\n")
        return switch verdict {
        case .ok, .changed: .passed
        case .skipped: .skipped(reason ?? "skipped")
        case .notStarted: .skipped("not started")
        case .failed: .failure(type: failure?.code ?? "failed", message: message, text: body)
        case .lost, .timedOut, .cancelled: .error(type: verdict.rawValue, message: message, text: body)
        }
    }

    private func properties(_ marks: Marks) -> [(String, String)] { marks.words.map { ($0, "true") } }

    // MARK: XML

    private func write(_ suite: Suite, _ xml: inout XMLText) {
        let phone = suite.phone
        xml.open(
            "testsuite",
            [("name", phone.target.name)] + suite.counts.attributes + [("time", Self.seconds(phone.duration))])
        var properties = [("verdict", phone.verdict.rawValue)] + self.properties(phone.marks)
        for (name, value) in (phone.facts?.values ?? [:]).sorted(by: { $0.key < $1.key }) {
            properties.append((name, value))
        }
        write(properties, &xml)
        for test in suite.cases { write(test, &xml) }
        xml.close("testsuite")
    }

    private func write(_ properties: [(String, String)], _ xml: inout XMLText) {
        guard !properties.isEmpty else { return }
        xml.open("properties", [])
        for (name, value) in properties { xml.empty("property", [("name", name), ("value", value)]) }
        xml.close("properties")
    }

    private func write(_ test: Case, _ xml: inout XMLText) {
        let attributes = [
            ("classname", test.group), ("name", test.name), ("time", Self.seconds(test.milliseconds)),
        ]
        if case .passed = test.outcome, test.properties.isEmpty { return xml.empty("testcase", attributes) }
        xml.open("testcase", attributes)
        write(test.properties, &xml)
        switch test.outcome {
        case .passed: break
        case .skipped(let message): xml.empty("skipped", [("message", message)])
        case .failure(let type, let message, let text):
            xml.element("failure", [("type", type), ("message", message)], text)
        case .error(let type, let message, let text):
            xml.element("error", [("type", type), ("message", message)], text)
        }
        xml.close("testcase")
    }

    private static func seconds(_ milliseconds: Int64) -> String {
        let milliseconds = max(0, milliseconds)
        let rest = "\(milliseconds % 1000)"
        return "\(milliseconds / 1000)." + String(repeating: "0", count: 3 - rest.count) + rest
    }
}
