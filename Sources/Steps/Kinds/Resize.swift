import Farm
import Journal
import PlaybookLanguage

/// Gives a server another specification.
struct Resize: ServerStepKind {
    static let manual = StepManual(
        "resize", "Give a server another specification, which is an order and costs money or brings some back.",
        details: """
            The cloud offers only specifications of the same hardware generation and with as many phones. The change takes about two \
            minutes and has no job: the server is looked at until it has changed, ten minutes or as long as `timeout` says. An order that \
            is not paid by then is a failure with its number; `drover resume` waits for that order again and places no other.
            """,
        targets: [.servers], scalar: "model",
        arguments: [
            .init("model", "text", "The specification, such as physical.rx1.2xlarge."),
            .init(
                "phones", "text", standard: "the only one that goes with `model`", "The specification of its phones."),
            .init(
                "pay", "true or false", standard: "true",
                "Whether the order is paid by itself; otherwise somebody pays it in the console meanwhile."),
        ],
        outputs: [
            .init("before", "the specification it had; empty when the service does not tell"),
            .init("order", "the order's number; empty when the service named none"),
        ],
        class: .money, timeout: .seconds(900),
        examples: [
            "resize: physical.rx1.2xlarge", "resize: { model: physical.rx1.2xlarge, phones: rx1.cp.c60.d92SSD.e1v1 }",
        ])

    private let model: Argument<String>
    private let phones: Argument<String>?
    private let pays: Argument<Bool>

    init(reading arguments: inout StepArguments) {
        model = arguments.text("model", bare: true)
        phones = arguments.optionalText("phones")
        pays = arguments.flag("pay", default: true)
    }

    func summary(in scope: Scope?) -> String { "resize to \(model.shown(in: scope))" }

    func need(on server: any ConnectedServer, context: StepContext) async throws -> Need {
        guard let profile = try await server.profile() else { return .work(because: "it is not in the account") }
        context.notes.leave(profile)
        let present = profile.model ?? "of an unknown specification"
        let wanted = try phones?.optionalValue(in: context.scope)
        let isDone =
            profile.model == (try model.value(in: context.scope)) && (wanted == nil || wanted == profile.phoneModel)
        return isDone ? .nothing(because: "it is \(present) already") : .work(because: "it is \(present)")
    }

    func perform(on server: any ConnectedServer, context: StepContext) async throws -> StepOutcome {
        let before = context.notes.take(ServerProfile.self)
        let outputs: [String: OutputValue] = ["before": .text(before?.model ?? "")]
        context.soFar.keep(StepOutputs(values: outputs))
        let order = try await server.change(
            model: try model.value(in: context.scope), phones: try phones?.optionalValue(in: context.scope),
            paysAtOnce: try pays.value(in: context.scope))
        return .changed(nil, outputs.merging(["order": .text(order)]) { $1 })
    }
}
