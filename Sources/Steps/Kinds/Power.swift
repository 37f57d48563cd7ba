import Farm
import Journal
import Lanes
import PlaybookLanguage

/// Starts, stops, restarts or resets a cloud phone.
struct Power: PhoneStepKind {
    static let manual = StepManual(
        "power", "Start, stop, restart or reset a cloud phone.",
        details: """
            The phone's service does it, also where the other steps use ADB. `on` starts a phone that is shut down; a phone that \
            runs already, or is shut down already for `off`, is left alone. `reset` sets the phone back to how it came, and \
            everything on it is lost. Restarts weigh on the server that carries the phones, so take many of them in \
            `waves`. A shared app that was not preinstalled is gone after a restart or reset; those under `apps` are \
            installed again.
            """,
        scalar: "to",
        arguments: [
            .init("to", "on, off, restart or reset", "What becomes of the phone."),
            .init(
                "apps", "list of package names", standard: "none",
                "Shared apps of the server that are to be on the phone afterwards."),
        ],
        outputs: [.init("before", "what the service said of the phone before")],
        class: .disrupt, load: .reboot, timeout: .seconds(900),
        examples: [
            "power: restart",
            "power: off",
            "power: { to: restart, apps: [com.studio.game] }",
        ])

    private let to: Argument<String>
    private let apps: Argument<[String]>?

    init(reading arguments: inout StepArguments) {
        to = arguments.choice("to", of: PowerChange.allCases.map(\.rawValue), bare: true)
        apps = arguments.optionalList("apps")
        for name in apps?.literal ?? [] where (try? PackageName(validating: name)) == nil {
            arguments.mistake("`\(name)` is no package name", at: apps?.span, help: "write com.studio.game")
        }
        if let apps, to.literal == PowerChange.off.rawValue {
            arguments.contradiction("no app is installed on a phone that is shut down", at: apps.span)
        }
    }

    func summary(in scope: Scope?) -> String { "power \(to.shown(in: scope))" }

    var stepClass: StepClass {
        // Without a literal it may turn out to be anything.
        to.literal == nil || to.literal == PowerChange.reset.rawValue ? .dataLoss : .disrupt
    }

    func refusal(by service: CloudAccount.Kind, among accounts: [CloudAccount]) -> ServiceRefusal? {
        guard let word = to.literal, [PowerChange.on, .off].map(\.rawValue).contains(word) else { return nil }
        return ServiceRefusal(
            by: service, ifKooPhone: "neither starts nor stops phones",
            instead: "start and shut down phones in the console of KooPhone, or use `power: restart`")
    }

    func need(on phone: any ConnectedPhone, context: StepContext) async throws -> Need {
        let change = try change(context.scope)
        guard let cloud = phone.cloud else { return .work(because: "only its cloud could tell") }
        let state = try await cloud.state()
        context.notes.leave(state)
        switch (change, state) {
        case (.on, .running), (.off, .stopped): return .nothing(because: "it is \(state.words) already")
        default: return .work(because: "it is \(state.words)")
        }
    }

    func perform(on phone: any ConnectedPhone, context: StepContext) async throws -> StepOutcome {
        let change = try change(context.scope)
        guard let cloud = phone.cloud else {
            return .noCloud(phone, summary(in: context.scope), instead: "use `reboot` for phones of your own")
        }
        var values: [String: OutputValue] = [:]
        if let state = context.notes.take(BatchedPhoneState.self) {
            values["before"] = .text(state.words)
            if state == .frozen {
                return .failed(
                    "frozen", summary(in: context.scope),
                    "the phone is frozen, since it has expired or is not paid for",
                    advice: "renew it in the console of the cloud", outputs: StepOutputs(values: values))
            }
        }
        try await cloud.change(change)
        if change != .off {
            for app in try apps?.optionalValue(in: context.scope) ?? [] {
                let result = try await cloud.run(ShellLine("appctrl", "install", app).description)
                guard !result.exitIsZero else { continue }
                let said = result.complaint
                return .failed(
                    "shared-app", "install the shared app \(app)", said.isEmpty ? "the phone gave no reason" : said,
                    advice: "is it on the server? `share-app` puts it there", outputs: StepOutputs(values: values))
            }
        }
        return .changed(nil, values)
    }

    private func change(_ scope: Scope) throws -> PowerChange {
        // The vocabulary has looked at it already.
        PowerChange(rawValue: try to.value(in: scope)) ?? .restart
    }
}

extension BatchedPhoneState {
    /// The state as it stands in a sentence.
    var words: String {
        switch self {
        case .running: "running"
        case .stopped: "shut down"
        case .changing(let word), .broken(let word): PhoneWords(word).firstLine
        case .frozen: "frozen"
        }
    }
}
