import Farm
import Journal
import Lanes
import PlaybookLanguage
import SourceText

/// Runs the tests of an instrumentation.
struct Instrument: PhoneStepKind {
    static let manual = StepManual(
        "instrument", "Run instrumented tests, and tell of every case.",
        details: """
            The test app must be installed. Failed cases are run once more, and those that pass then are marked flaky. When the \
            process crashes, the case that ran counts as an error, and the cases behind it are run without it. The step has \
            failed when a case failed, ended with an error or was not run, and also when there was no case at all. Of a phone that \
            is lost, or out of time, the cases told so far are kept.

            With `shard: across` each phone of the play runs its part of the cases; the part of a phone that is lost is run by \
            no other one. Every case stands in the JUnit report.
            """,
        scalar: "package",
        arguments: [
            .init("package", "package name", "The test app."),
            .init(
                "runner", "class name", standard: "androidx.test.runner.AndroidJUnitRunner",
                "The instrumentation's class."),
            .init("class", "list of classes or class#method", standard: "all", "Only these cases."),
            .init("not-class", "list of classes or class#method", standard: "none", "All but these cases."),
            .init("size", "small, medium or large", standard: "any", "Only cases of this size."),
            .init("annotation", "class name", standard: "any", "Only cases with this annotation."),
            .init("arguments", "mapping", standard: "none", "What else the runner is given, as `-e KEY VALUE`."),
            .init("shard", "across or none", standard: "none", "Deals the cases out to the phones of the play."),
            .init("retry-failed", "true or false", standard: "true", "Runs failed cases once more."),
            .init("user", "number, all or current", standard: "the phone's choice", "The Android user."),
        ],
        outputs: [
            .init("tests", "how many cases there were", .integer),
            .init("passed", "how many passed, flaky ones among them", .integer),
            .init("failed", "how many failed or ended with an error", .integer),
            .init("ignored", "how many were ignored", .integer),
            .init("flaky", "how many passed only when run again", .integer),
            .init("not_run", "how many were never come to", .integer),
        ],
        class: .change, timeout: .seconds(7200), stall: .seconds(900), mayRepeatAfterSent: true,
        examples: [
            "instrument: com.studio.game.test",
            "instrument: { package: com.studio.game.test, shard: across, size: medium }",
            "instrument: { package: com.studio.game.test, class: [com.studio.LoginTest], arguments: { server: staging } }",
        ])

    private let package: Argument<PackageName>
    private let runner: Argument<String>
    private let selection: [(key: String, value: Argument<[String]>)]
    private let others: [(key: String, value: Argument<String>)]
    private let shard: Argument<String>?
    private let retries: Argument<Bool>
    private let user: Argument<String>?

    init(reading arguments: inout StepArguments) {
        package = arguments.packageName("package", bare: true)
        runner =
            arguments.optionalValue("runner", .className) ?? Argument("androidx.test.runner.AndroidJUnitRunner")
        var selection: [(key: String, value: Argument<[String]>)] = []
        if let names = arguments.optionalValue("class", .testNames) { selection.append(("class", names)) }
        if let names = arguments.optionalValue("not-class", .testNames) { selection.append(("notClass", names)) }
        if let size = arguments.optionalValue("size", .words(["small", "medium", "large"])) {
            selection.append(("size", size))
        }
        if let names = arguments.optionalValue("annotation", .testNames) { selection.append(("annotation", names)) }
        self.selection = selection
        others = arguments.group("arguments") { $0.rest().map { (key: $0.key, value: $0.value) } } ?? []
        shard = arguments.optionalChoice("shard", of: ["across", "none"])
        retries = arguments.flag("retry-failed", default: true)
        user = arguments.optionalValue("user", .androidUser)
    }

    func summary(in scope: Scope?) -> String { "instrument \(package.shown(in: scope))" }

    func refusal(by service: CloudAccount.Kind, among accounts: [CloudAccount]) -> ServiceRefusal? {
        ServiceRefusal(
            by: service, ifKooPhone: "follows no command as it runs",
            instead: "use `shell: am instrument -w PACKAGE/RUNNER`, of which 1,024 bytes come back")
    }

    func need(on phone: any ConnectedPhone, context: StepContext) async throws -> Need {
        .work(because: "tests are always run")
    }

    func perform(on phone: any ConnectedPhone, context: StepContext) async throws -> StepOutcome {
        let scope = context.scope
        let name = try package.value(in: scope)
        let call = InstrumentationCall(
            phone: phone, component: "\(name)/\(try runner.value(in: scope))",
            user: try user?.optionalValue(in: scope), progress: context.progress)
        var meant: [(key: String, value: String)] = []
        for entry in selection {
            guard let words = try entry.value.optionalValue(in: scope), !words.isEmpty else { continue }
            meant.append((entry.key, words.joined(separator: ",")))
        }
        let place = context.place
        let isShard = try shard?.optionalValue(in: scope) == "across" && place.count > 1
        if isShard { meant += [("numShards", "\(place.count)"), ("shardIndex", "\(place.index)")] }
        var given: [(key: String, value: String)] = []
        for entry in others {
            if let text = try entry.value.optionalValue(in: scope) { given.append((entry.key, text)) }
        }
        let run = TestRun(call: call, selection: meant, others: given, retries: try retries.value(in: scope))
        let result: TestRun.Result
        do {
            result = try await run.run()
        } catch let cut as TestRun.CutShort {
            context.soFar.keep(Self.outputs(of: cut.tally))
            throw cut.cause
        }
        switch result {
        case .refused(let why):
            return .failed(
                "not-run", "instrument \(name)", PhoneWords(why).firstLine,
                advice: "`pm list instrumentation` on the phone names what can be run")
        case .ran(let tally): return Self.outcome(tally, of: name, mayBeEmpty: isShard)
        }
    }

    private static func outputs(of tally: TestTally) -> StepOutputs {
        var outputs = StepOutputs(values: [
            "tests": .integer(tally.cases.count), "passed": .integer(tally.count(.passed)),
            "failed": .integer(tally.failed.count), "ignored": .integer(tally.count(.ignored)),
            "flaky": .integer(tally.cases.count(where: \.isFlaky)), "not_run": .integer(tally.count(.notRun)),
        ])
        outputs.cases = tally.cases
        return outputs
    }

    private static func outcome(_ tally: TestTally, of name: PackageName, mayBeEmpty: Bool) -> StepOutcome {
        let failed = tally.failed.count
        let missed = tally.count(.notRun)
        let outputs = outputs(of: tally)
        let operation = "instrument \(name)"
        if tally.cases.isEmpty, !mayBeEmpty {
            return .failed(
                "no-tests", operation, "there was no case to run", advice: "look at `class`, `size` and `annotation`",
                outputs: outputs)
        }
        guard failed + missed > 0 else { return StepOutcome(.ok, outputs: outputs) }
        let bad = tally.cases.first { $0.result == .failed || $0.result == .errored }
        var reason = failed > 0 ? "\(failed) of \(tally.cases.count) cases failed" : ""
        if missed > 0 { reason += (failed > 0 ? ", " : "") + "\(missed) of \(tally.cases.count) were not run" }
        if let bad {
            reason += ": \(PhoneWords("\(bad.suite)#\(bad.name)").firstLine)" + (bad.message.map { ": \($0)" } ?? "")
        }
        return .failed("tests", operation, reason, outputs: outputs)
    }
}

extension ArgumentKind where Result == String {
    /// The name of a class.
    static var className: Self {
        .parsed("a class name") { text throws(TextMistake) in
            guard isJavaName(text) else {
                throw TextMistake("`\(text)` is no class name", help: "for example com.studio.game.LoginTest")
            }
            return text
        }
    }
}

extension ArgumentKind where Result == [String] {
    /// Names of classes, or of methods as `com.studio.LoginTest#logsIn`.
    static var testNames: Self {
        Self("a list of classes", types: [.text, .list], isText: true) { value throws(TextMistake) in
            let members: [Value] = if case .list(let list) = value { list } else { [value] }
            var names: [String] = []
            for member in members {
                guard let text = member.textForm else { throw TextMistake("a list of classes is needed") }
                let parts = text.split(separator: "#", omittingEmptySubsequences: false)
                guard parts.count <= 2, isJavaName(String(parts[0])), parts.last?.isEmpty == false,
                    !text.contains(","), !text.contains(where: \.isWhitespace)
                else {
                    throw TextMistake("`\(text)` is no class and no method", help: "write com.studio.LoginTest#logsIn")
                }
                names.append(text)
            }
            return names
        }
    }
}

/// Whether a text can be the name of a Java or Kotlin class.
private func isJavaName(_ text: String) -> Bool {
    !text.isEmpty && text.first != "-"
        && text.utf8.allSatisfy { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x80...: true
            default: "._$".utf8.contains(byte)
            }
        }
}
