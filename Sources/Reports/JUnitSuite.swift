import Farm
import Journal
import SourceText

/// One target of a run as test servers see it: a suite with a case for every step, and for every test case of a step.
struct JUnitSuite {
    /// What became of one case.
    enum Outcome {
        case passed
        case skipped(String)
        case failure(type: String, message: String, text: String)
        case error(type: String, message: String, text: String)
    }

    /// One line of a test server's list.
    struct Case {
        var name: String
        /// The class: the test's own, or the play with the step's number.
        var group: String
        var milliseconds: Int64
        var outcome: Outcome
        var properties: [(String, String)] = []
        /// What is worth reading although it passed.
        var note: String?
    }

    /// The numbers that test servers show.
    struct Counts {
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
            [("tests", "\(tests)"), ("failures", "\(failures)"), ("errors", "\(errors)"), ("skipped", "\(skipped)")]
        }
    }

    let phone: PhoneRecord
    private(set) var cases: [Case] = []

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

    /// - Parameter position: The target's place among the header's.
    init(_ phone: PhoneRecord, at position: Int, _ steps: JUnitSteps) {
        self.phone = phone
        var isTold = !phone.verdict.isFailure && phone.verdict != .cancelled
        for step in phone.steps {
            let made = Self.case(of: step, of: phone, steps)
            if case .passed = made.outcome {} else if step.verdict == phone.verdict { isTold = true }
            cases.append(made)
            cases += (step.end?.outputs.cases ?? []).map { Self.case(of: $0) }
        }
        let begun = Set(phone.steps.map(\.path.withoutItems))
        for label in steps.due(at: position) where !begun.contains(label.path) {
            cases.append(
                Case(
                    name: Wording.step(label, label.path, of: 2), group: steps.group(of: label.path), milliseconds: 0,
                    outcome: .skipped("not started")))
        }
        // A target that was lost before its first step, or stopped between two, has no step that says so.
        if !isTold || cases.isEmpty {
            cases.append(
                Case(
                    name: "the \(phone.target.kind.rawValue) as a whole", group: steps.title,
                    milliseconds: phone.duration, outcome: Self.outcome(phone.verdict, phone.failure, reason: nil),
                    properties: Self.properties(phone.marks)))
        }
    }

    private static func `case`(of step: StepRecord, of phone: PhoneRecord, _ steps: JUnitSteps) -> Case {
        let label = steps.labels[step.path.withoutItems]
        let end = step.end
        var marks = end?.marks ?? []
        // The mark of a rescue is the target's; its failed steps are those that did not end it.
        let isRescued = phone.marks.contains(.rescued) && step.verdict.isFailure && phone.end?.step != step.path
        if isRescued { marks.formUnion(.rescued) }
        var made = Case(
            name: Wording.step(label, step.path, of: 2), group: steps.group(of: step.path),
            milliseconds: end?.duration ?? 0,
            outcome: outcome(step.verdict, end?.failure, reason: end?.outputs.reason),
            properties: properties(marks))
        if let end, end.attempts > 1 { made.properties.append(("attempts", "\(end.attempts)")) }
        if marks.contains(.tolerated) || marks.contains(.rescued) {
            made.outcome = .passed
            made.note = end?.failure.map { "\($0.operation): \($0.reason)" }
        } else if marks.contains(.flaky) {
            let failed = step.failedAttempts.map { "attempt \($0.attempt) \($0.verdict.words): \($0.failure.reason)" }
            made.note = (failed + ["passed on attempt \(end?.attempts ?? 0)"]).joined(separator: "\n")
        }
        return made
    }

    private static func `case`(of test: TestCase) -> Case {
        let message = test.message ?? test.result.words
        let outcome: Outcome =
            switch test.result {
            case .passed: .passed
            case .failed: .failure(type: "failed", message: message, text: test.trace ?? message)
            case .errored: .error(type: "errored", message: message, text: test.trace ?? message)
            case .ignored, .notRun: .skipped(message)
            }
        return Case(
            name: test.name, group: test.suite, milliseconds: test.milliseconds ?? 0, outcome: outcome,
            properties: test.isFlaky ? [("flaky", "true")] : [], note: test.isFlaky ? test.trace ?? test.message : nil)
    }

    private static func outcome(_ verdict: Verdict, _ failure: StepFailure?, reason: String?) -> Outcome {
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

    static func properties(_ marks: Marks) -> [(String, String)] { marks.words.map { ($0, "true") } }
}

/// The steps of a run, for looking them up.
struct JUnitSteps {
    let title: String
    let labels: [StepPath: StepLabel]
    private let all: [StepLabel]
    private let plays: [PlayLabel]
    /// Whom each play is for; nil when it is everyone.
    private let members: [Set<Int>?]

    init(_ header: RunHeader?) {
        title = header?.title ?? "run"
        all = header?.steps ?? []
        labels = Dictionary(all.map { ($0.path, $0) }) { $1 }
        plays = header?.plays ?? []
        members = plays.map { $0.members.map { Set($0) } }
    }

    /// The steps that a target comes to when nothing goes wrong.
    func due(at position: Int) -> [StepLabel] {
        all.filter { step in
            guard !step.isForFailures else { return false }
            guard members.indices.contains(step.path.play) else { return true }
            return members[step.path.play]?.contains(position) ?? true
        }
    }

    /// What test servers put a step's case under: the run, and the play where there are several.
    func group(of path: StepPath) -> String {
        plays.indices.contains(path.play) ? "\(title) / \(plays[path.play].name)" : title
    }
}
