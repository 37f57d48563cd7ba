import Farm
import Lanes
import PlaybookLanguage
import Steps

/// A step kind that tries the runner instead of the phone.
struct Probe: PhoneStepKind {
    static let manual = StepManual(
        "probe", "Try the runner.", scalar: "what",
        arguments: [.init("what", "text", "lane: the code must run on the phone's lane; stall: no byte moves.")],
        class: .read, timeout: .seconds(60), examples: [])

    private let what: Argument<String>

    init(reading arguments: inout StepArguments) { what = arguments.text("what", bare: true) }

    func summary(in scope: Scope?) -> String { "probe" }

    func need(on phone: any ConnectedPhone, context: StepContext) async throws -> Need {
        phone.lane.preconditionOnLane()
        _ = try await phone.run("look")
        phone.lane.preconditionOnLane()
        return .work(because: "it is always done")
    }

    func perform(on phone: any ConnectedPhone, context: StepContext) async throws -> StepOutcome {
        phone.lane.preconditionOnLane()
        _ = try await phone.run("work")
        phone.lane.preconditionOnLane()
        guard try what.value(in: context.scope) == "stall" else { return StepOutcome(.ok) }
        context.progress.expectBytes(phone.facts["due"] == "yes")
        try await phone.lane.sleep(for: .seconds(120))
        return StepOutcome(.changed)
    }
}
