import Farm
import Journal

/// All test cases that a run's steps ran, counted, and those that did not pass gathered over the phones.
struct TestCaseSummary {
    /// A case that went the same wrong way on some phones.
    struct Group {
        let suite: String
        let name: String
        let result: TestCase.Result
        let message: String?
        fileprivate(set) var targets: [TargetID]
    }

    private struct Key: Hashable {
        let suite: String
        let name: String
        let result: TestCase.Result
        let message: String?
    }

    /// More wrong cases than this are counted, not listed.
    private static let maximumGroups = 20

    private(set) var counts: [TestCase.Result: Int] = [:]
    private(set) var flaky = 0
    /// The wrong ones, those on most phones first.
    private(set) var groups: [Group] = []

    init(_ record: RunRecord) {
        var places: [Key: Int] = [:]
        for phone in record.phones {
            for test in phone.steps.lazy.flatMap({ $0.end?.outputs.cases ?? [] }) {
                counts[test.result, default: 0] += 1
                if test.isFlaky { flaky += 1 }
                guard test.result == .failed || test.result == .errored else { continue }
                let key = Key(suite: test.suite, name: test.name, result: test.result, message: test.message)
                if let place = places[key] {
                    groups[place].targets.append(phone.target)
                } else {
                    places[key] = groups.count
                    groups.append(
                        Group(
                            suite: test.suite, name: test.name, result: test.result, message: test.message,
                            targets: [phone.target]))
                }
            }
        }
        groups = groups.enumerated().sorted {
            ($1.element.targets.count, $0.offset) < ($0.element.targets.count, $1.offset)
        }.map(\.element)
    }

    var total: Int { counts.values.reduce(0, +) }

    /// Lines for people; none when no step ran test cases.
    func lines(_ style: ReportStyle, noun: String) -> [String] {
        guard total > 0 else { return [] }
        let parts = TestCase.Result.allCases.filter { (counts[$0] ?? 0) > 0 }.map { "\(counts[$0] ?? 0) \($0.words)" }
        var head = parts.joined(separator: " + ") + " = " + Wording.count(total, "test case")
        if flaky > 0 { head += ", \(flaky) passed only when run again" }
        var lines = ["", head]
        for group in groups.prefix(Self.maximumGroups) {
            let name = Escaping.line("\(group.suite).\(group.name)")
            lines.append(
                "  "
                    + style.paint(
                        "\(name) \(group.result.words) on \(Wording.count(group.targets.count, noun))", .bad))
            if let message = group.message { lines.append("    \(Escaping.line(message))") }
            let names = NameFolding.pieces(group.targets.map(\.name)).map(Escaping.line)
            lines += Wording.wrapped(names, width: style.width, indent: "    ", maximumLines: 3) { _ in
                "others, \(Wording.count(group.targets.count, noun)) in all"
            }
        }
        let rest = groups.count - Self.maximumGroups
        if rest > 0 { lines.append("  and \(rest) more that did not pass") }
        return lines
    }

    func write(_ json: inout JSONText) {
        guard total > 0 else { return }
        json.key("cases")
        json.object(isCompact: true) { json in
            for result in TestCase.Result.allCases { json.member(result.rawValue, Int64(counts[result] ?? 0)) }
            json.member("flaky", Int64(flaky))
            json.member("total", Int64(total))
        }
    }
}

extension TestCase.Result {
    /// The spelling for people.
    var words: String { self == .notRun ? "not run" : rawValue }
}
