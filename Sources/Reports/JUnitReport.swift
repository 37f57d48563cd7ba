import Farm
public import Journal

/// A run for test servers: JUnit XML with a suite for every target and a case for every step, and for every case of a
/// test run among them.
///
/// Everyone is in it: who was lost, timed out or cancelled is an error, who failed a failure, and what was skipped or never
/// started is skipped with its reason. What passed on a retry, was rescued or tolerated says so as a property, and keeps what
/// went wrong as its output.
public struct JUnitReport: Sendable {
    private let record: RunRecord

    /// Reports a run.
    public init(_ record: RunRecord) { self.record = record }

    /// The report, with a line break at its end.
    public var text: String {
        let steps = JUnitSteps(record.header)
        let suites = record.phones.enumerated().map { JUnitSuite($0.element, at: $0.offset, steps) }
        let title = record.header?.title ?? "a run"
        var xml = XMLText()
        xml.raw("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n")
        let total = suites.reduce(into: JUnitSuite.Counts()) { $0.add($1.counts) }
        xml.open(
            "testsuites",
            [("name", title), ("id", record.header?.id.description ?? "")] + total.attributes
                + [("time", Self.seconds(record.end?.duration ?? record.lastTime - record.startTime))])
        for suite in suites { write(suite, &xml) }
        xml.close("testsuites")
        return xml.text
    }

    private func write(_ suite: JUnitSuite, _ xml: inout XMLText) {
        let phone = suite.phone
        xml.open(
            "testsuite",
            [("name", phone.target.name)] + suite.counts.attributes + [("time", Self.seconds(phone.duration))])
        var properties = [("verdict", phone.verdict.rawValue)] + JUnitSuite.properties(phone.marks)
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

    private func write(_ test: JUnitSuite.Case, _ xml: inout XMLText) {
        let attributes = [
            ("classname", test.group), ("name", test.name), ("time", Self.seconds(test.milliseconds)),
        ]
        if case .passed = test.outcome, test.properties.isEmpty, test.note == nil {
            return xml.empty("testcase", attributes)
        }
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
        if let note = test.note { xml.element("system-out", [], note) }
        xml.close("testcase")
    }

    private static func seconds(_ milliseconds: Int64) -> String {
        let milliseconds = max(0, milliseconds)
        let rest = "\(milliseconds % 1000)"
        return "\(milliseconds / 1000)." + String(repeating: "0", count: 3 - rest.count) + rest
    }
}
