import Farm
import Journal
import PlaybookLanguage

/// Lists what the cloud announced to do to a server, or lets it.
struct Events: ServerStepKind {
    static let manual = StepManual(
        "events", "List what the cloud announced to do to a server, or authorise it.",
        details: """
            `authorise` answers every announcement of the server that waits for it, or only `event`; others are left alone, so that nothing is \
            authorised twice. `redeploy` sets the server up again elsewhere, without its data; `maintenance` may cost data too, when the \
            cloud replaces a disk.
            """,
        targets: [.servers], scalar: "do",
        arguments: [
            .init("do", "list or authorise", "What is done."),
            .init("as", "maintenance or redeploy", standard: "maintenance", "What is authorised."),
            .init(
                "at", "time", standard: "at once",
                "When maintenance may begin, in UTC and more than 5 minutes ahead: 2026-01-02T03:04:05Z."),
            .init("event", "text", standard: "all that wait", "The id of the only one that is authorised."),
        ],
        outputs: [
            .init(
                "events", "for each its id, type, state, not_before, deadline and text, as they were before", .list),
            .init("authorised", "how many were authorised", .integer),
        ],
        class: .dataLoss, timeout: .seconds(300),
        examples: [
            "events: list", "events: { do: authorise }", "events: { do: authorise, as: redeploy, event: 5d7b8e8a }",
        ])

    private let work: Argument<String>
    private let permission: Argument<String>
    private let time: Argument<String>?
    private let event: Argument<String>?

    init(reading arguments: inout StepArguments) {
        work = arguments.choice("do", of: ["list", "authorise"], bare: true)
        let choice = arguments.optionalChoice("as", of: ["maintenance", "redeploy"])
        permission = choice ?? Argument("maintenance")
        time = arguments.optionalText("at")
        event = arguments.optionalText("event")
        if work.literal == "list", let span = choice?.span ?? time?.span ?? event?.span {
            arguments.contradiction("`as`, `at` and `event` belong to `do: authorise`", at: span)
        }
        if permission.literal == "redeploy", let time {
            arguments.contradiction("`at` belongs to `as: maintenance`", at: time.span)
        }
    }

    func summary(in scope: Scope?) -> String {
        guard work.literal != "list" else { return "list the events" }
        return "\(work.shown(in: scope)) \(event.map { "the event \($0.shown(in: scope))" } ?? "the events") "
            + "as \(permission.shown(in: scope))"
    }

    var stepClass: StepClass { work.literal == "list" ? .read : .dataLoss }

    func perform(on server: any ConnectedServer, context: StepContext) async throws -> StepOutcome {
        let summary = summary(in: context.scope)
        let events = try await server.events()
        let listed = OutputValue.list(events.map(\.output))
        guard try work.value(in: context.scope) == "authorise" else {
            return .ok("\(events.count) events", ["events": listed, "authorised": .integer(0)])
        }
        let only = try event?.optionalValue(in: context.scope)
        if let only, !events.contains(where: { $0.id == only }) {
            return .failed(
                "no-event", summary, "the server has no event \(only)", advice: "`events: list` tells which there are",
                outputs: StepOutputs(values: ["events": listed, "authorised": .integer(0)]))
        }
        let allowed: EventPermission =
            try permission.value(in: context.scope) == "redeploy"
            ? .redeploy : .maintenance(notBefore: try time?.optionalValue(in: context.scope))
        var count = 0
        for event in events where event.isWaiting && (only == nil || event.id == only) {
            try await server.authorise(event: event.id, as: allowed)
            count += 1
            context.soFar.keep(StepOutputs(values: ["events": listed, "authorised": .integer(count)]))
        }
        let outputs: [String: OutputValue] = ["events": listed, "authorised": .integer(count)]
        return count == 0 ? .ok("nothing waits to be authorised", outputs) : .changed(nil, outputs)
    }
}

extension ServerEvent {
    fileprivate var output: OutputValue {
        .map([
            "id": .text(id), "type": .text(type), "state": .text(state), "not_before": .text(notBefore),
            "deadline": .text(deadline), "text": .text(text),
        ])
    }
}
