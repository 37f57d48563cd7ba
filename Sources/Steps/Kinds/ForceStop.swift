import Farm
import Journal
import PlaybookLanguage

/// Stops an app with everything that it runs.
struct ForceStop: PhoneStepKind {
    static let manual = StepManual(
        "force-stop", "Stop an app with everything that it runs.",
        scalar: "app",
        arguments: [
            .init("app", "package name", "The app."),
            .init("user", "number, all or current", standard: "the phone's choice", "The Android user."),
        ],
        class: .change, timeout: .seconds(60),
        examples: ["force-stop: com.studio.game"])

    private let app: Argument<PackageName>
    private let user: Argument<String>?

    init(reading arguments: inout StepArguments) {
        app = arguments.packageName("app", bare: true)
        user = arguments.optionalValue("user", .androidUser)
    }

    func summary(in scope: Scope?) -> String { "force-stop \(app.shown(in: scope))" }

    func need(on phone: any ConnectedPhone, context: StepContext) async throws -> Need {
        let package = try app.value(in: context.scope)
        switch try await AppInspection.packageAnswer(package, on: phone) {
        case .absent: return .nothing(because: "\(package) is not there")
        case .unclear(let why): return .unknown(because: "whether \(package) runs is not known: \(why)")
        case .installed(let dump):
            // Android marks a package as stopped until it is started again.
            let users = dump.stoppedForUser.filter { dump.installedForUser[$0.key] == true }
            guard !users.isEmpty else { return .unknown(because: "whether \(package) runs is not known") }
            return users.values.allSatisfy { $0 }
                ? .nothing(because: "\(package) is stopped") : .work(because: "\(package) may be running")
        }
    }

    func perform(on phone: any ConnectedPhone, context: StepContext) async throws -> StepOutcome {
        let package = try app.value(in: context.scope)
        let place = try user?.optionalValue(in: context.scope).map { ["--user", $0] } ?? []
        let result = try await phone.run(ShellLine(["am", "force-stop"] + place + [package.description]).description)
        let outputs = StepOutputs(of: result)
        guard result.exit == 0, !result.text.hasPrefix("Error"), !result.errorText.hasPrefix("Error") else {
            return .failed("refused", "force-stop \(package)", result.complaint, outputs: outputs)
        }
        return StepOutcome(.changed, outputs: outputs)
    }
}
