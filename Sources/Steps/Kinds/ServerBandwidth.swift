import Farm
import Journal
import PlaybookLanguage

/// Resizes a bandwidth of a server.
struct ServerBandwidth: ServerStepKind {
    static let manual = StepManual(
        "server-bandwidth", "Resize a bandwidth of a server, which costs money.",
        details: """
            Only servers on the network that the cloud made for them have a bandwidth that is changed here; in a network of one's own \
            it is changed with the network. Sizes go by 1 Mbit/s up to 300, by 50 up to 1,000 and by 500 above.
            """,
        targets: [.servers],
        arguments: [
            .init("id", "text", "The bandwidth's id."),
            .init("size", "number", "Mbit/s."),
        ],
        class: .money, timeout: .seconds(120),
        examples: ["server-bandwidth: { id: 5d7b8e8a, size: 350 }"])

    private let id: Argument<String>
    private let size: Argument<Int>

    init(reading arguments: inout StepArguments) {
        id = arguments.text("id")
        size = arguments.integer("size", in: 1...100_000)
        if let literal = size.literal, let complaint = Self.complaint(about: literal) {
            arguments.mistake(complaint, at: size.span, help: "any size up to 300, by 50 up to 1,000, by 500 above")
        }
    }

    /// Why a size is not on offer (Cloud Phone API, UpdateBandwidth).
    private static func complaint(about size: Int) -> String? {
        let step = size <= 300 ? 1 : size <= 1000 ? 50 : 500
        return size % step == 0 ? nil : "a bandwidth of \(size) Mbit/s is not on offer"
    }

    func summary(in scope: Scope?) -> String {
        "set the bandwidth \(id.shown(in: scope)) to \(size.shown(in: scope)) Mbit/s"
    }

    func perform(on server: any ConnectedServer, context: StepContext) async throws -> StepOutcome {
        try await server.resize(
            bandwidth: try id.value(in: context.scope), to: try size.value(in: context.scope))
        return .changed()
    }
}
