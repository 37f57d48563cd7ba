import Farm
import Journal
import PlaybookLanguage

/// Gives a cloud phone another name.
struct Rename: PhoneStepKind {
    static let manual = StepManual(
        "rename", "Give a cloud phone another name in its cloud.",
        details: """
            The service takes one phone a call, so a thousand phones take as many of the account's writing calls. The farm calls a phone by its \
            cloud name, `SERVER/NAME`, from the next command on; a name in the farm file stays what it is.
            """,
        scalar: "to",
        arguments: [
            .init(
                "to", "text", "The new name: 1 to 60 letters, digits, Chinese characters, hyphens and underscores.")
        ],
        outputs: [.init("before", "the name it had")],
        class: .change, timeout: .seconds(120),
        examples: ["rename: game-${{ phone.serial }}", "rename: { to: \"${{ vars.note }}\" }"])

    private let to: Argument<String>

    init(reading arguments: inout StepArguments) { to = arguments.text("to", bare: true) }

    func summary(in scope: Scope?) -> String { "rename the phone to \(to.shown(in: scope))" }

    func refusal(by service: CloudAccount.Kind, among accounts: [CloudAccount]) -> ServiceRefusal? {
        ServiceRefusal(
            by: service, ifKooPhone: "gives phones no other names",
            instead: "rename them in the console of KooPhone")
    }

    func need(on phone: any ConnectedPhone, context: StepContext) async throws -> Need {
        guard let cloud = phone.cloud else { return .work(because: "only its cloud could tell") }
        let name = try await cloud.name()
        context.notes.leave(name)
        let shown = PhoneWords(name).firstLine
        return name == (try to.value(in: context.scope))
            ? .nothing(because: "it is called \(shown) already") : .work(because: "it is called \(shown)")
    }

    func perform(on phone: any ConnectedPhone, context: StepContext) async throws -> StepOutcome {
        let summary = summary(in: context.scope)
        guard let cloud = phone.cloud else { return .noCloud(phone, summary, instead: "change it in the farm file") }
        let before = context.notes.take(String.self) ?? ""
        try await cloud.rename(to: try to.value(in: context.scope))
        return .changed(nil, ["before": .text(before)])
    }
}
