public import Farm
import Journal
public import PlaybookLanguage

/// What a playbook may say of any step about when it is due and how its outcome counts.
///
/// An object that all phones share: as a value it would be 456 bytes in several frames of each phone that waits.
public final class StepConduct: Sendable {
    /// A command that says by exit code 0 that there is nothing to do.
    public let unless: ShellTemplate?
    /// What the result must be.
    public let expect: Expectation?
    /// Whether the step counts as a change.
    public let changes: Argument<Bool>?

    /// Says nothing unless told so.
    public init(unless: ShellTemplate? = nil, expect: Expectation? = nil, changes: Argument<Bool>? = nil) {
        self.unless = unless
        self.expect = expect
        self.changes = changes
    }
}

extension StepKind {
    /// Looks whether the step is due: `unless` first, then the kind's own need.
    public func need(
        on target: any ConnectedTarget, context: StepContext, conduct: StepConduct
    ) async throws -> Need {
        guard let unless = conduct.unless else { return try await need(on: target, context: context) }
        let line = try unless.line(in: context.scope)
        let result = try await target.run(line, input: [], outputLimit: 65_536)
        if result.exit == 0 { return .nothing(because: "`unless` holds: \(PhoneWords(line).firstLine)") }
        return try await need(on: target, context: context)
    }

    /// Does the work and judges the outcome: `expect` can make a failure of it, `changes` decides between ok and changed.
    ///
    /// A command's exit code must be 0 unless `expect` names another.
    public func perform(
        on target: any ConnectedTarget, context: StepContext, conduct: StepConduct
    ) async throws -> StepOutcome {
        let outcome = try await perform(on: target, context: context)
        switch outcome.result {
        case .failed, .unknown: return outcome
        case .ok, .changed: return try judged(outcome, of: target, in: context.scope, by: conduct)
        }
    }

    // A call of its own: inside the asynchronous function its temporaries would be kept for every phone that waits.
    @inline(never)
    private func judged(
        _ given: StepOutcome, of target: any ConnectedTarget, in scope: Scope, by conduct: StepConduct
    ) throws(PlaybookError) -> StepOutcome {
        var outcome = given
        if outcome.outputs.exitSource == .endless {
            outcome.result = .failed(
                StepFailure(
                    code: "endless-output", operation: summary, reason: "it printed without an end and was stopped",
                    advice: "have it print less, or into a file on the \(target.id.kind) that a "
                        + "`\(target is any ConnectedHost ? "download" : "pull")` step fetches"))
            return outcome
        }
        var complaint = try conduct.expect?.complaint(about: outcome.outputs, in: scope)
        var code = "unexpected"
        if complaint == nil, conduct.expect?.judgesExit != true, judgesExit, outcome.outputs.exit != 0 {
            code = outcome.outputs.exit.map { "exit \($0)" } ?? "exit unknown"
            // Only what was meant as a complaint: phones that failed alike are told of together.
            let words = PhoneWords(outcome.outputs.error.text).lastLine
            complaint =
                outcome.outputs.exit.map { "exit code \($0)" } ?? "it ended without an exit code, so nobody knows how"
            if !words.isEmpty { complaint? += ": \(words)" }
        }
        if let complaint {
            outcome.result = .failed(StepFailure(code: code, operation: summary, reason: complaint))
        } else if let changes = try conduct.changes?.optionalValue(in: scope) {
            outcome.result = changes ? .changed : .ok
        }
        return outcome
    }
}
