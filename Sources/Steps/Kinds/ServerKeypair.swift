import Farm
import Journal
import PlaybookLanguage

/// Gives a server another key pair.
struct ServerKeypair: ServerStepKind {
    static let manual = StepManual(
        "server-keypair", "Give a server another key pair of its region.",
        details: """
            The key pair opens the SSH tunnel to the server's phones: whoever has only the old key is locked out. Put the new one \
            into the farm file under `keypairs:` before the next run over SSH.
            """,
        targets: [.servers], scalar: "name",
        arguments: [.init("name", "text", "The key pair's name in the cloud.")],
        class: .lockOut, timeout: .seconds(900),
        examples: ["server-keypair: farm-2027", "server-keypair: { name: farm-2027 }"])

    private let name: Argument<String>

    init(reading arguments: inout StepArguments) { name = arguments.text("name", bare: true) }

    func summary(in scope: Scope?) -> String { "set the key pair \(name.shown(in: scope))" }

    func perform(on server: any ConnectedServer, context: StepContext) async throws -> StepOutcome {
        try await server.use(keypair: try name.value(in: context.scope))
        return .changed()
    }
}
