import Farm
import Journal
import PlaybookLanguage

/// Tells where a client that shows a cloud phone's screen reaches it.
struct ConnectionInfo: PhoneStepKind {
    static let manual = StepManual(
        "connection-info", "Tell where a streaming client of the cloud reaches a phone.",
        details: """
            This is the way of the cloud's own clients, which show a phone's screen; ADB has others. The ticket that lets a client in is a secret \
            of one connection: it is in no output and is kept nowhere. Ten phones share a call.
            """,
        arguments: [
            .init("client", "ANDROID, WINDOWS, H5_MOBILE, H5_PC or IOS", "The client that is to show the phone.")
        ],
        outputs: [
            .init("address", "the public address; empty when there is none"),
            .init("server_address", "the address inside the cloud's network; empty when there is none"),
            .init("ipv_six", "the address of IPv6; empty when there is none"),
            .init("port", "the port; 0 when the service tells none", .integer),
        ],
        class: .read, timeout: .seconds(120),
        examples: ["connection-info: { client: ANDROID }"])

    private let client: Argument<String>

    init(reading arguments: inout StepArguments) {
        client = arguments.choice("client", of: ScreenClient.allCases.map(\.rawValue))
    }

    func summary(in scope: Scope?) -> String { "ask where \(client.shown(in: scope)) reaches the phone" }

    func refusal(by service: CloudAccount.Kind, among accounts: [CloudAccount]) -> ServiceRefusal? {
        ServiceRefusal(
            by: service, ifKooPhone: "tells nobody where clients of the cloud reach a phone",
            instead: "leave the phones of KooPhone out")
    }

    func need(on phone: any ConnectedPhone, context: StepContext) async throws -> Need {
        .work(because: "the service is asked for it")
    }

    func perform(on phone: any ConnectedPhone, context: StepContext) async throws -> StepOutcome {
        let summary = summary(in: context.scope)
        guard let cloud = phone.cloud else { return .noCloud(phone, summary, instead: "show its screen over ADB") }
        // The vocabulary has looked at the word already.
        let wanted = ScreenClient(rawValue: try client.value(in: context.scope)) ?? .android
        let found = try await cloud.connection(for: wanted)
        return .ok(
            nil,
            [
                "address": .text(found.publicAddress ?? ""), "server_address": .text(found.serverAddress ?? ""),
                "ipv_six": .text(found.ipv6Address ?? ""), "port": .integer(found.port ?? 0),
            ])
    }
}
