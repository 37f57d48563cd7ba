import Farm
import Journal
import PlaybookLanguage
import SourceText

/// Has the phones of a server share one copy of an app.
struct ShareApp: ServerStepKind {
    static let manual = StepManual(
        "share-app", "Have the phones of a server share one copy of an app.",
        details: """
            The app is taken from a phone that has it, with its data: a clean phone is the right one. It is exported to the bucket once \
            per run, brought to each server once, and installed from there on every running phone, so that its bytes cross the network \
            once per server and not once per phone. The storage that the phones share must have twice the size of the export \
            free; a server without such storage is refused. An app that is not preinstalled is gone after a restart of a phone: \
            `power: { to: restart, apps: [...] }` brings it back. With `state: absent` the app is taken off all phones and then off the \
            server, as `uninstall` does it.
            """,
        targets: [.servers],
        arguments: [
            .init("package", "package name", "The app."),
            .init(
                "from", "name or id of a phone", standard: "none, with `state: absent`",
                "The phone that it is taken from, of the same account."),
            .init("app", "file", standard: "the app is there already", "What is installed on that phone first."),
            .init(
                "preinstall", "true or false", standard: "false",
                "Whether phones have it after a restart or reset without being asked."),
            .init(
                "state", "present or absent", standard: "present",
                "Whether it is shared, or not any more, which is of class data-loss."),
        ],
        outputs: [
            .init("phones", "how many phones the server has", .integer),
            .init("installed", "on how many it was installed", .integer),
            .init("uninstalled", "from how many it was taken, with `state: absent`", .integer),
            .init("bytes", "the size of the export", .integer),
            .init("failed", "the phones on which it failed, each with the reason", .list),
            .init("stopped", "the phones that do not run, which were left alone", .list),
        ],
        class: .change, timeout: .seconds(7200),
        examples: [
            "share-app: { package: com.studio.game, from: farm-a/seed, app: build/game.apk }",
            "share-app: { package: com.studio.game, from: seed, preinstall: true }",
            "share-app: { package: com.studio.game, state: absent }",
        ])

    private let package: Argument<PackageName>
    private let from: Argument<String>?
    private let app: Argument<String>?
    private let preinstall: Argument<Bool>
    private let state: Argument<String>?

    init(reading arguments: inout StepArguments) {
        package = arguments.packageName("package")
        from = arguments.optionalText("from")
        app = arguments.optionalFile("app")
        preinstall = arguments.flag("preinstall")
        state = arguments.optionalChoice("state", of: ["present", "absent"])
        guard !arguments.diagnostics.hasErrors else { return }
        switch state?.literal {
        case "absent":
            if let other = from ?? app {
                arguments.contradiction("with `state: absent` nothing is taken from anywhere", at: other.span)
            }
        default:
            if from == nil, state == nil || state?.literal != nil {
                arguments.mistake(
                    "`share-app` needs `from`, the phone that the app is taken from",
                    help: "for example `from: farm-a/seed`; `state: absent` needs none")
            }
        }
    }

    func summary(in scope: Scope?) -> String {
        let verb = state?.literal == "absent" ? "stop sharing" : "share"
        return "\(verb) \(package.shown(in: scope))"
    }

    var stepClass: StepClass { state == nil || state?.literal == "present" ? .change : .dataLoss }

    func payloads(in scope: Scope) throws(PlaybookError) -> [PayloadRequest] {
        guard let app, let path = try app.optionalValue(in: scope) else { return [] }
        return [PayloadRequest(.app, .path(path), span: app.span)]
    }

    func perform(on server: any ConnectedServer, context: StepContext) async throws -> StepOutcome {
        let package = try package.value(in: context.scope)
        let operation = summary(in: context.scope)
        guard try state?.optionalValue(in: context.scope) != "absent" else {
            let outcome = try await server.uninstall(package, sharing: .shared)
            var values = outcome.values("uninstalled")
            (values["installed"], values["bytes"]) = (.integer(0), .integer(0))
            return outcome.outcome(
                of: operation, values, reason: "taken from \(outcome.done.count) phones and the server")
        }
        guard let seed = try from?.optionalValue(in: context.scope) else {
            return .failed(
                "no-seed", operation, "no phone is named that the app is taken from", advice: "add `from: PHONE`")
        }
        let order = SharedAppOrder(
            package: package, seed: seed,
            app: try app?.optionalValue(in: context.scope).map { try context.payloads.app(at: $0) },
            isPreinstalled: try preinstall.value(in: context.scope))
        let outcome = try await server.share(order)
        var values = outcome.values("installed")
        (values["uninstalled"], values["bytes"]) = (.integer(0), .integer(Int(clamping: outcome.bytes)))
        return outcome.outcome(of: operation, values, reason: "installed on \(outcome.done.count) phones")
    }
}
