import Farm
import Journal
import PlaybookLanguage
import SourceText

/// Starts, stops, restarts, reloads or looks at a systemd unit of an encoder.
struct Service: HostStepKind {
    static let manual = StepManual(
        "service", "Start, stop, restart, reload or look at a systemd unit of the encoder.",
        details: """
            The short form is a verb and a name: `start`, `stop`, `restart`, `reload` or `status`. A unit that runs already is \
            not started again. After a start and a restart the unit is looked at once more: one that has fallen over, or is \
            being tried again by systemd, is a failure, which shows its last lines in the journal. Whether it also works is \
            for a `wait` step to say. `status` alone fails for nothing but a unit that there is not.
            """,
        targets: [.encoders], scalar: "do",
        arguments: [
            .init("do", "verb and name", instead: "name", "What is done, and to which unit: `restart encoder`."),
            .init("name", "name of a unit", instead: "do", "The unit, with or without `.service`."),
            .init(
                "state", "started, stopped, restarted or reloaded", standard: "it is only looked at",
                "What becomes of `name`."),
        ],
        outputs: [
            .init("active", "systemd's word: active, inactive, failed, activating"),
            .init("state", "the finer word: running, dead, exited, auto-restart"),
            .init("load", "loaded, not-found or masked"),
            .init("up", "whether it is active", .boolean),
            .init("process", "its process, while one runs", .any),
            .init("restarts", "how often systemd has restarted it by itself", .any),
        ],
        class: .disrupt, timeout: .seconds(120),
        examples: [
            "service: restart encoder",
            "service: { name: encoder, state: stopped }",
            "service: status encoder",
        ])

    private let order: Argument<UnitOrder>?
    private let name: Argument<UnitName>?
    private let state: Argument<String>?

    init(reading arguments: inout StepArguments) {
        order = arguments.optionalValue("do", .unitOrder, bare: true)
        name = arguments.optionalValue("name", .unitName)
        state = arguments.optionalChoice("state", of: UnitVerb.states)
        guard !arguments.diagnostics.hasErrors else { return }
        if order != nil, let other = name?.span ?? state?.span {
            arguments.contradiction("`do` says already what is done, and to which unit", at: other)
        } else if order == nil, name == nil {
            arguments.mistake(
                "`service` needs the name of a unit", help: "for example `service: restart encoder`")
        }
    }

    func summary(in scope: Scope?) -> String {
        if let order {
            guard let known = order.literal ?? (try? scope.flatMap { try order.optionalValue(in: $0.forPeople) }) else {
                return "service \(order.sourceText)"
            }
            return "\(known.verb.rawValue) \(known.unit)"
        }
        let verb = state == nil ? "status" : state?.literal.flatMap { UnitVerb(state: $0)?.rawValue } ?? "service"
        return "\(verb) \(name?.shown(in: scope) ?? "")"
    }

    var stepClass: StepClass {
        let verb =
            order.map { $0.literal?.verb } ?? state.map { $0.literal.flatMap { UnitVerb(state: $0) } } ?? .status
        return switch verb {
        case .status: .read
        case .start, .reload: .change
        // Which one it is only the values will tell.
        case .stop, .restart, nil: .disrupt
        }
    }

    private func order(in scope: Scope) throws(PlaybookError) -> UnitOrder? {
        if let order { return try order.value(in: scope) }
        guard let unit = try name?.value(in: scope) else { return nil }
        let verb = try state?.optionalValue(in: scope).flatMap { UnitVerb(state: $0) } ?? .status
        return UnitOrder(verb: verb, unit: unit)
    }

    func need(on host: any ConnectedHost, context: StepContext) async throws -> Need {
        guard let order = try order(in: context.scope) else { return .unknown(because: "no unit is named") }
        guard let state = try await UnitState.ask(about: order.unit, on: host) else {
            return .unknown(because: "systemd does not answer")
        }
        switch order.verb {
        case .start where state.isUp: return .nothing(because: "\(order.unit) is \(state.words) already")
        case .stop where state.isKnown && (state.active == "inactive" || state.active == "failed"):
            return .nothing(because: "\(order.unit) is \(state.words) already")
        case .status: return .work(because: "it is looked at")
        default: return .work(because: "\(order.unit) is \(state.words)")
        }
    }

    func perform(on host: any ConnectedHost, context: StepContext) async throws -> StepOutcome {
        guard let order = try order(in: context.scope) else { throw CancellationError() }
        return try await UnitWork(order: order, host: host).run()
    }
}
