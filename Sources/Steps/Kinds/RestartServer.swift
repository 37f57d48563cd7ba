import Farm
import Journal
import PlaybookLanguage

/// Restarts a server of a cloud, and all phones on it.
struct RestartServer: ServerStepKind {
    static let manual = StepManual(
        "restart-server", "Restart a server of a cloud with all its phones.",
        details: """
            Servers that are restarted at the same time go with one request; take many of them in `waves`, since all phones of a \
            server are away meanwhile. Shared apps that were not preinstalled are gone afterwards. To restart phones alone there is \
            `power: restart`.
            """,
        targets: [.servers], arguments: [], class: .disrupt, timeout: .seconds(1800),
        examples: ["restart-server:"])

    init(reading arguments: inout StepArguments) {}

    func summary(in scope: Scope?) -> String { "restart the server" }

    func perform(on server: any ConnectedServer, context: StepContext) async throws -> StepOutcome {
        try await server.restart()
        return .changed()
    }
}
