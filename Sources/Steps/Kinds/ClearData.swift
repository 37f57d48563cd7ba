import Farm
import Journal
import PlaybookLanguage

/// Wipes an app's data, as on the day it was installed.
struct ClearData: PhoneStepKind {
    static let manual = StepManual(
        "clear-data", "Wipe an app's data and caches, as on the day it was installed.",
        scalar: "app",
        arguments: [
            .init("app", "package name", "The app."),
            .init("user", "number, all or current", standard: "the phone's choice", "The Android user."),
        ],
        class: .dataLoss, timeout: .seconds(120),
        examples: ["clear-data: com.studio.game"])

    private let app: Argument<PackageName>
    private let user: Argument<String>?

    init(reading arguments: inout StepArguments) {
        app = arguments.packageName("app", bare: true)
        user = arguments.optionalValue("user", .androidUser)
    }

    func summary(in scope: Scope?) -> String { "clear-data \(app.shown(in: scope))" }

    func need(on phone: any ConnectedPhone, context: StepContext) async throws -> Need {
        .work(because: "data are always cleared")
    }

    func perform(on phone: any ConnectedPhone, context: StepContext) async throws -> StepOutcome {
        let package = try app.value(in: context.scope)
        let operation = "clear-data \(package)"
        let place = try user?.optionalValue(in: context.scope).map { ["--user", $0] } ?? []
        let result = try await phone.run(ShellLine(["pm", "clear"] + place + [package.description]).description)
        let outputs = StepOutputs(of: result)
        if result.text.hasPrefix("Success") { return StepOutcome(.changed, outputs: outputs) }
        if case .absent = try await AppInspection.packageAnswer(package, on: phone) {
            return .failed("absent", operation, "\(package) is not there", outputs: outputs)
        }
        let said = result.complaint
        return .failed("refused", operation, said.isEmpty ? "the phone gave no reason" : said, outputs: outputs)
    }
}
