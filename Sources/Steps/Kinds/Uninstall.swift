import Farm
import Journal
import PlaybookLanguage

/// Takes an app off the phone, or off a server with all its phones; that it is not there is fine.
struct Uninstall: PhoneStepKind, ServerStepKind {
    static let manual = StepManual(
        "uninstall", "Uninstall an app; that it is not there is fine.",
        details: """
            In a play for servers the app goes from every running phone of the server, and then, when the phones share it, from the \
            server itself, which the cloud refuses as long as a phone has it. Phones on which it fails are told by name with the \
            reason, and make the server's step a failure; those that do not run are listed and left alone.
            """,
        targets: [.phones, .servers], scalar: "app",
        arguments: [
            .init("app", "package name", "The app."),
            .init("keep-data", "true or false", standard: "false", "Whether its data and caches stay."),
            .init("user", "number", standard: "all users", "The Android user for whom it goes."),
            .init(
                "shared", "auto, true or false", standard: "auto",
                "Whether the phones of the server share the app; `auto` asks its list, which may be two hours old."),
        ],
        outputs: [
            .init("package", "the package name"),
            .init("phones", "of a server: how many phones it has", .integer),
            .init("uninstalled", "of a server: from how many phones the app was taken", .integer),
            .init("absent", "of a server: on how many it was not", .integer),
            .init("failed", "of a server: the phones on which it failed, each with the reason", .list),
            .init("stopped", "of a server: the phones that do not run", .list),
        ],
        class: .dataLoss, timeout: .seconds(180),
        examples: [
            "uninstall: com.studio.game.old",
            "uninstall: { app: com.studio.game, keep-data: true }",
        ])

    private let app: Argument<PackageName>
    private let keepData: Argument<Bool>
    private let user: Argument<String>?
    private let sharing: Argument<AppSharing>?

    init(reading arguments: inout StepArguments) {
        app = arguments.packageName("app", bare: true)
        let hasKeepData = arguments.has("keep-data")
        keepData = arguments.flag("keep-data")
        user = arguments.optionalValue("user", .androidUser)
        sharing = arguments.optionalValue("shared", .sharing)
        if arguments.targetKind == .servers {
            if let other = hasKeepData ? keepData.span : user?.span {
                arguments.contradiction("a server knows neither `keep-data` nor `user`", at: other)
            }
        } else if let sharing {
            arguments.contradiction("`shared` belongs to plays with `servers:`", at: sharing.span)
        }
    }

    init(app package: PackageName, keepData: Bool, user: String?) {
        app = Argument(package)
        self.keepData = Argument(keepData)
        self.user = user.map { Argument($0) }
        sharing = nil
    }

    func summary(in scope: Scope?) -> String { "uninstall \(app.shown(in: scope))" }

    var stepClass: StepClass { keepData.literal == true ? .disrupt : .dataLoss }

    func need(on target: any ConnectedTarget, context: StepContext) async throws -> Need {
        if let server = target as? any ConnectedServer { return try await need(on: server, context: context) }
        return try await need(on: suited(target, as: (any ConnectedPhone).self), context: context)
    }

    func perform(on target: any ConnectedTarget, context: StepContext) async throws -> StepOutcome {
        if let server = target as? any ConnectedServer { return try await perform(on: server, context: context) }
        return try await perform(on: suited(target, as: (any ConnectedPhone).self), context: context)
    }

    func need(on server: any ConnectedServer, context: StepContext) async throws -> Need {
        .unknown(because: "to ask the phones of a server takes as long as to uninstall it")
    }

    func perform(on server: any ConnectedServer, context: StepContext) async throws -> StepOutcome {
        let package = try app.value(in: context.scope)
        let sharing = try sharing?.optionalValue(in: context.scope) ?? .auto
        let outcome = try await server.uninstall(package, sharing: sharing)
        var values = outcome.values("uninstalled")
        values["absent"] = .integer(outcome.absent.count)
        values["package"] = .text(package.description)
        let isNowhere = outcome.done.isEmpty && !outcome.hasChangedServer
        return outcome.outcome(
            of: "uninstall \(package)", values,
            reason: isNowhere ? "\(package) is nowhere" : "taken from \(outcome.done.count) of \(outcome.phones) phones"
        )
    }

    func need(on phone: any ConnectedPhone, context: StepContext) async throws -> Need {
        let package = try app.value(in: context.scope)
        guard !(phone is any BatchedPhone) else {
            return .unknown(because: "to ask whether \(package) is there takes as long as to uninstall it")
        }
        switch try await AppInspection.packageAnswer(package, on: phone) {
        case .absent:
            return .nothing(because: "\(package) is not there")
        case .unclear(let why):
            return .unknown(because: "whether \(package) is there is not known: \(why)")
        case .installed(let dump):
            if let number = try user?.optionalValue(in: context.scope).flatMap({ Int($0) }),
                dump.installedForUser[number] == false
            {
                return .nothing(because: "\(package) is not there for user \(number)")
            }
            let version = dump.versionCode.map { " (version \($0))" } ?? ""
            return .work(because: "\(package)\(version) is there")
        }
    }

    func perform(on phone: any ConnectedPhone, context: StepContext) async throws -> StepOutcome {
        let package = try app.value(in: context.scope)
        let userName = try user?.optionalValue(in: context.scope)
        let outputs = StepOutputs(values: ["package": .text(package.description)])
        let reply = try await phone.uninstall(
            package, keepData: try keepData.value(in: context.scope), user: userName)
        // Whatever was remembered of it is of the past.
        context.memory.remember(nil, as: AppInspection.key(package), of: phone.id)
        if case .success = reply { return StepOutcome(.changed, outputs: outputs) }
        // A phone answers DELETE_FAILED_INTERNAL_ERROR both when the app is not there and when something broke.
        switch try await InstallOverService.answer(package, on: phone) {
        case .absent:
            var outputs = outputs
            outputs.reason = "\(package) is not there"
            if case .unknown = reply { return StepOutcome(.changed, outputs: outputs) }
            return StepOutcome(.ok, outputs: outputs)
        case .installed, .unclear:
            return Self.refusal(reply, of: package, outputs: outputs)
        }
    }

    private static func refusal(
        _ reply: PackageReply, of package: PackageName, outputs: StepOutputs
    ) -> StepOutcome {
        let operation = "uninstall \(package)"
        switch reply {
        case .success:
            return StepOutcome(.changed, outputs: outputs)
        case .refused(let code, let text):
            return .refused(code, operation, text, outputs: outputs)
        case .unknown(let text):
            let said = PhoneWords(text).firstLine
            let failure = StepFailure(
                code: "unknown", operation: operation, reason: said.isEmpty ? "the phone gave no answer" : said)
            let verify = ShellLine("dumpsys", "package", package.description).description
            return StepOutcome(.unknown(failure, verify: verify), outputs: outputs)
        }
    }
}
