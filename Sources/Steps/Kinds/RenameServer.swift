import Farm
import Journal
import PlaybookLanguage

/// Gives a server another name in its cloud.
struct RenameServer: ServerStepKind {
    static let manual = StepManual(
        "rename-server", "Give a server another name in its cloud.",
        details: """
            The name in the farm file stays what it is. A server that the farm file knows by its cloud name alone, without `id`, is \
            not found under its old name any more; change it there, too.
            """,
        targets: [.servers], scalar: "to",
        arguments: [
            .init(
                "to", "text", "The new name: 1 to 60 letters, digits, Chinese characters, hyphens and underscores.")
        ],
        class: .change, timeout: .seconds(120),
        examples: ["rename-server: farm-a", "rename-server: { to: \"${{ vars.note }}\" }"])

    private let to: Argument<String>

    init(reading arguments: inout StepArguments) { to = arguments.text("to", bare: true) }

    func summary(in scope: Scope?) -> String { "rename the server to \(to.shown(in: scope))" }

    func perform(on server: any ConnectedServer, context: StepContext) async throws -> StepOutcome {
        try await server.rename(to: try to.value(in: context.scope))
        return .changed()
    }
}
