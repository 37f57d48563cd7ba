import Farm
import Journal
import Lanes
import PlaybookLanguage

/// Starts an app and, if wished, waits until it says that it is ready.
struct Launch: PhoneStepKind {
    static let manual = StepManual(
        "launch", "Start an app, and wait until it is ready.",
        details: """
            Without `activity` the app's launcher activity is started. Android's own word that the activity is on the screen \
            is always waited for; `wait-for` waits for more, within the step's `timeout`.
            """,
        scalar: "app",
        arguments: [
            .init("app", "package name", "The app."),
            .init("activity", "text", standard: "the launcher's", "The activity, as `.Main` or with its package."),
            .init("wait-for", "{ log: text, activity: text }", standard: "nothing", "What shows that it is ready."),
        ],
        outputs: [
            .init("activity", "the activity that was started"),
            .init("milliseconds", "how long the start took, as the phone tells", .any),
            .init("line", "the line of the log, for `wait-for: { log: ... }`", .any),
        ],
        class: .change, timeout: .seconds(120),
        examples: [
            "launch: com.studio.game",
            "launch: { app: com.studio.game, activity: .Main, wait-for: { log: MainMenu ready } }",
        ])

    private let app: Argument<PackageName>
    private let activity: Argument<String>?
    private let log: Argument<String>?
    private let resumed: Argument<String>?

    init(reading arguments: inout StepArguments) {
        app = arguments.packageName("app", bare: true)
        activity = arguments.optionalText("activity")
        let group = arguments.group("wait-for") { inner in
            let log = inner.optionalText("log")
            let activity = inner.optionalText("activity")
            if log == nil, activity == nil { inner.mistake("`wait-for` needs `log` or `activity`") }
            return (log, activity)
        }
        log = group?.0
        resumed = group?.1
    }

    func summary(in scope: Scope?) -> String { "launch \(app.shown(in: scope))" }

    func need(on phone: any ConnectedPhone, context: StepContext) async throws -> Need {
        .work(because: "an app is always started")
    }

    func perform(on phone: any ConnectedPhone, context: StepContext) async throws -> StepOutcome {
        let scope = context.scope
        let package = try app.value(in: scope)
        let starter = AppStarter(package: package, phone: phone)
        let watch = try log?.optionalValue(in: scope).map { LogWatch(text: $0, phone: phone) }
        let mark = try await watch?.start(at: phone.lane.now)
        var values: [String: OutputValue] = [:]
        switch try await starter.start(try activity?.optionalValue(in: scope)) {
        case .started(let activity, let milliseconds):
            values["activity"] = activity.map { .text($0) }
            values["milliseconds"] = milliseconds.map { .integer($0) }
        case .refused(let reason):
            return .failed("refused", "launch \(package)", reason)
        case .unclear(let said):
            return .failed("unclear", "launch \(package)", said.isEmpty ? "the phone gave no answer" : said)
        }
        if let watch, let mark {
            guard let line = try await watch.line(from: mark) else {
                return .failed(
                    "log-ended", "launch \(package)", "the phone's log ended before \"\(watch.text)\" came",
                    outputs: StepOutputs(values: values))
            }
            values["line"] = .text(line)
        }
        if let name = try resumed?.optionalValue(in: scope) {
            try await Polling.until(on: phone.lane) { try await starter.isResumed(name) }
        }
        return .changed(nil, values)
    }
}
