import Farm
import Journal
import PlaybookLanguage

/// Takes an app off the phone; that it is not there is fine.
struct Uninstall: PhoneStepKind {
    static let manual = StepManual(
        "uninstall", "Uninstall an app; that it is not there is fine.",
        scalar: "app",
        arguments: [
            .init("app", "package name", "The app."),
            .init("keep-data", "true or false", standard: "false", "Whether its data and caches stay."),
            .init("user", "number", standard: "all users", "The Android user for whom it goes."),
        ],
        outputs: [.init("package", "the package name")],
        class: .dataLoss, timeout: .seconds(180),
        examples: [
            "uninstall: com.studio.game.old",
            "uninstall: { app: com.studio.game, keep-data: true }",
        ])

    private let app: Argument<PackageName>
    private let keepData: Argument<Bool>
    private let user: Argument<String>?

    init(reading arguments: inout StepArguments) {
        app = arguments.packageName("app", bare: true)
        keepData = arguments.flag("keep-data")
        user = arguments.optionalValue("user", .androidUser)
    }

    init(app package: PackageName, keepData: Bool, user: String?) {
        app = Argument(package)
        self.keepData = Argument(keepData)
        self.user = user.map { Argument($0) }
    }

    func summary(in scope: Scope?) -> String { "uninstall \(app.shown(in: scope))" }

    var stepClass: StepClass { keepData.literal == true ? .disrupt : .dataLoss }

    func need(on phone: any ConnectedPhone, context: StepContext) async throws -> Need {
        let package = try app.value(in: context.scope)
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
        switch try await AppInspection.packageAnswer(package, on: phone) {
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
