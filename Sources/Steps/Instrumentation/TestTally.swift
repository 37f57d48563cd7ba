import Journal

/// The cases of one pass, each by its name and in the order in which they ended.
struct TestTally: Sendable {
    private(set) var cases: [TestCase] = []
    private var places: [TestName: Int] = [:]

    /// Whether a case has ended, however.
    func has(_ name: TestName) -> Bool { places[name] != nil }

    /// Takes what one call told; the case in which the process crashed ended with that.
    ///
    /// - Parameter ended: What to say of the case that ran last, where it was not its process that ended.
    mutating func add(_ report: InstrumentationReport, ended: String? = nil) {
        for entry in report.cases { add(Self.result(of: entry), entry.name) }
        guard let running = report.running else { return }
        let crash = PhoneWords(report.crash ?? "no reason given").firstLine
        let message = ended ?? "the process ended while it ran: \(crash)"
        add(TestCase(suite: running.suite, name: running.name, result: .errored, message: message), running)
    }

    /// Notes cases that were never come to.
    mutating func miss(_ names: [TestName]) {
        for name in names where !has(name) {
            let message = "the run ended before it"
            add(TestCase(suite: name.suite, name: name.name, result: .notRun, message: message), name)
        }
    }

    /// Notes cases of which nothing but the number is known.
    mutating func miss(_ count: Int, of whole: Int) {
        miss(
            (0..<max(0, count)).map {
                TestName(suite: "(not known)", name: "case \(whole - count + $0 + 1) of \(whole)")
            })
    }

    /// Those that did not pass.
    var failed: [TestName] {
        cases.filter { $0.result == .failed || $0.result == .errored }.map { TestName(suite: $0.suite, name: $0.name) }
    }

    /// Takes over what passed when it was run again.
    mutating func forgive(by second: TestTally) {
        for test in second.cases where test.result == .passed {
            guard let place = places[TestName(suite: test.suite, name: test.name)] else { continue }
            cases[place].result = .passed
            cases[place].isFlaky = true
        }
    }

    func count(_ result: TestCase.Result) -> Int { cases.count { $0.result == result } }

    /// A case that comes twice, as one with parameters can, is as bad as its worst end.
    private mutating func add(_ test: TestCase, _ name: TestName) {
        guard let place = places[name] else {
            places[name] = cases.count
            cases.append(test)
            return
        }
        if Self.badness(test.result) > Self.badness(cases[place].result) { cases[place] = test }
    }

    private static func badness(_ result: TestCase.Result) -> Int {
        switch result {
        case .passed: 0
        case .ignored: 1
        case .notRun: 2
        case .failed: 3
        case .errored: 4
        }
    }

    private static func result(of entry: InstrumentationReport.Case) -> TestCase {
        var test = TestCase(
            suite: entry.name.suite, name: entry.name.name, result: .passed, milliseconds: entry.milliseconds)
        let first = entry.trace.map { PhoneWords($0).firstLine }
        switch entry.ending {
        case .passed: return test
        case .failed: test.result = .failed
        case .errored: test.result = .errored
        case .ignored: test.result = .ignored
        case .assumptionFailed:
            test.result = .ignored
            test.message = "an assumption does not hold" + (first.map { ": \($0)" } ?? "")
            return test
        }
        test.message = first
        test.trace = entry.trace
        return test
    }
}
