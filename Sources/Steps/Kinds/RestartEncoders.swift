import Farm
import Journal
import PlaybookLanguage

/// Restarts the encode services of a server.
struct RestartEncoders: ServerStepKind {
    static let manual = StepManual(
        "restart-encoders", "Restart all encode services of a server.",
        details: "A server without encode services is left as it is.",
        targets: [.servers], arguments: [],
        outputs: [.init("encoders", "how many there are", .integer)],
        class: .disrupt, timeout: .seconds(1800),
        examples: ["restart-encoders:"])

    init(reading arguments: inout StepArguments) {}

    func summary(in scope: Scope?) -> String { "restart the encode services" }

    func perform(on server: any ConnectedServer, context: StepContext) async throws -> StepOutcome {
        let count = try await server.restartEncoders()
        let values: [String: OutputValue] = ["encoders": .integer(count)]
        return count == 0 ? .ok("it has no encode services", values) : .changed(nil, values)
    }
}
