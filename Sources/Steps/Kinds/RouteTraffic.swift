import Farm
import Journal
import PlaybookLanguage

/// Sends a cloud phone's traffic through the encode service of its server, or directly.
struct RouteTraffic: PhoneStepKind {
    static let manual = StepManual(
        "route-traffic", "Send a cloud phone's traffic through the encode service of its server, or directly.",
        details: """
            The phone has to run. Phones that are changed at the same time share calls of up to 100, and one whose traffic takes the way \
            already is left alone.
            """,
        scalar: "by",
        arguments: [
            .init("by", "direct or routing", "The way: from the phone itself, or `routing` through the encode service.")
        ],
        outputs: [.init("before", "the way it took: `direct` or `routing`; empty when the service does not tell")],
        class: .change, timeout: .seconds(900),
        examples: ["route-traffic: routing", "route-traffic: { by: direct }"])

    private let way: Argument<String>

    init(reading arguments: inout StepArguments) {
        way = arguments.choice("by", of: TrafficRoute.allCases.map(\.rawValue), bare: true)
    }

    func summary(in scope: Scope?) -> String { "send the traffic by \(way.shown(in: scope))" }

    func refusal(by service: CloudAccount.Kind, among accounts: [CloudAccount]) -> ServiceRefusal? {
        ServiceRefusal(
            by: service, ifKooPhone: "sends no traffic another way",
            instead: "leave the phones of KooPhone out")
    }

    func need(on phone: any ConnectedPhone, context: StepContext) async throws -> Need {
        guard let cloud = phone.cloud else { return .work(because: "only its cloud could tell") }
        guard let route = try await cloud.trafficRoute() else {
            return .unknown(because: "the service does not tell which way the traffic takes")
        }
        context.notes.leave(route)
        return try route == wanted(context)
            ? .nothing(because: "it is sent by \(route.rawValue) already")
            : .work(because: "it is sent by \(route.rawValue)")
    }

    func perform(on phone: any ConnectedPhone, context: StepContext) async throws -> StepOutcome {
        let summary = summary(in: context.scope)
        guard let cloud = phone.cloud else { return .noCloud(phone, summary, instead: "change it in its own network") }
        let before = context.notes.take(TrafficRoute.self)
        try await cloud.route(traffic: try wanted(context))
        return .changed(nil, ["before": .text(before?.rawValue ?? "")])
    }

    private func wanted(_ context: StepContext) throws -> TrafficRoute {
        // The vocabulary has looked at it already.
        TrafficRoute(rawValue: try way.value(in: context.scope)) ?? .direct
    }
}
