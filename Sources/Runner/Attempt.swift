import Farm
import SourceText
import Journal
import Lanes
import Planning
import Steps
import Synchronization

/// How one attempt at a step ended.
struct AttemptResult: Sendable {
    var verdict: Verdict
    var outputs = StepOutputs()
    var failure: StepFailure?
    /// Payload bytes that moved, where the step knows them.
    var bytes: Int64?
    /// Whether the work itself may have reached the phone; looking does not count.
    var wasSent = false
    /// Whether nobody knows if the work was done: the phone was lost, a limit passed, or the answer made no sense.
    var isOutcomeUnknown = false
    /// Whether a link that had stood broke.
    var isLinkLost = false
    /// Whether another attempt could end otherwise; a wrong value in the playbook stays wrong.
    var mayHelpToRepeat = true

    /// Says why retries that were granted are not made.
    mutating func explainNoRetry() {
        let words = "no retry, as it would be refused again"
        guard let advice = failure?.advice else {
            failure?.advice = words
            return
        }
        failure?.advice = "\(advice) (\(words))"
    }

    /// Says which commands nobody could confirm to have ended on the phone.
    mutating func tellAbandoned(_ lines: some Collection<String>, on kind: TargetID.Kind, in title: String) {
        guard !lines.isEmpty else { return }
        let names = lines.map { "`\($0)`" }.joined(separator: ", ")
        let words = "\(names) may still be running on the \(kind)"
        var failure = failure ?? StepFailure(code: "cancelled", operation: title, reason: "it was stopped")
        failure.advice = failure.advice.map { "\($0); \(words)" } ?? words
        self.failure = failure
    }

    /// Says where the step is written, unless the failure knows a better place.
    mutating func setPlace(_ span: SourceSpan?) {
        if failure?.place == nil { failure?.place = span?.place }
    }

    /// The step is not for this phone.
    static let skipped = AttemptResult(verdict: .skipped, outputs: StepOutputs(reason: "`when` is false here"))
}

/// One attempt at a step on one phone, within its limits.
struct Attempt: Sendable {
    let step: PlannedStep
    let kind: any StepKind
    let timing: StepTiming
    let context: StepContext
    let keeper: LinkKeeper
    let lane: Lane
    /// What holds for a phone or server that is asked for through a service.
    let batched: BatchedAttempt
    /// Whether the target is reached through a service alone.
    let waitsForService: Bool

    private enum Deed: Sendable {
        case nothing(because: String)
        case done(StepOutcome, because: String)
    }

    /// Whether the work itself has begun.
    private final class Mark: Sendable {
        let hasBegun = Atomic(false)
    }

    /// Looks, works when there is work, and turns whatever comes of it into a verdict.
    func make() async -> AttemptResult {
        let mark = Mark()
        let abandonedBefore = keeper.abandoned.count
        var result: AttemptResult
        do {
            // A service's limits are nobody's fault: waiting for them does not count, so it keeps the time of its jobs.
            let deed = try await withDeadline(
                total: waitsForService ? nil : timing.timeout, stall: timing.stall, meter: context.progress, on: lane
            ) { [self] in
                let need = try await kind.need(on: try await target(), context: context, conduct: step.conduct)
                guard need.isDue else { return Deed.nothing(because: need.reason) }
                mark.hasBegun.store(true, ordering: .relaxed)
                // Asked for again, as a look at the phone may have led to a new link.
                let outcome = try await kind.perform(on: try await target(), context: context, conduct: step.conduct)
                return .done(outcome, because: need.reason)
            }
            result = Self.result(of: deed)
            if timing.retries > 0, !result.mayHelpToRepeat { result.explainNoRetry() }
        } catch {
            result = PhoneRun.verdict(
                of: error, step.title, hasBegun: mark.hasBegun.load(ordering: .relaxed), isStopped: Task.isCancelled)
            result.outputs = context.soFar.kept ?? result.outputs
            result.tellAbandoned(
                keeper.abandoned.dropFirst(abandonedBefore), on: keeper.present?.id.kind ?? .phone, in: step.title)
        }
        result.setPlace(step.span)
        if result.bytes == nil { result.bytes = Int64(clamping: context.progress.bytes) }
        return result
    }

    private func target() async throws -> any ConnectedTarget {
        let target = try await keeper.connected()
        if let server = target as? any ConnectedServer { return server.during(batched) }
        guard let phone = target as? any BatchedPhone else { return target }
        return phone.during(batched)
    }

    private static func result(of deed: Deed) -> AttemptResult {
        switch deed {
        case .nothing(let reason):
            return AttemptResult(verdict: .ok, outputs: StepOutputs(reason: reason))
        case .done(let outcome, let reason):
            var result = AttemptResult(verdict: outcome.verdict, outputs: outcome.outputs, failure: outcome.failure)
            result.outputs.reason = result.outputs.reason ?? reason
            result.wasSent = true
            result.bytes = outcome.bytes.map { Int64(clamping: $0) }
            result.mayHelpToRepeat = !outcome.staysSo
            if case .unknown(_, let verify) = outcome.result {
                result.isOutcomeUnknown = true
                if result.failure?.advice == nil { result.failure?.advice = verify }
            }
            return result
        }
    }
}
