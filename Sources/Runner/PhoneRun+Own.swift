import Farm
import Journal
import Lanes
import Planning
import PlaybookLanguage
import SourceText
import Steps

extension PhoneRun {
    // MARK: What happens in the run itself

    func perform(
        _ action: StepAction, of step: PlannedStep, at path: StepPath, _ strand: inout Strand
    ) async throws -> Way {
        let scope: Scope
        let isTolerated: Bool
        let start = lane.now
        do {
            if needsPhone(step), let way = try await introduce(for: step, at: path, &strand) { return way }
            scope = step.scope(in: strand.scope)
            guard try step.applies(in: scope) else {
                skip(step, at: path, &strand)
                return .through
            }
            isTolerated = try step.toleratesFailure(in: scope)
        } catch let error as PlaybookError {
            return fall(over: error, in: step, at: path, &strand)
        }
        var result = AttemptResult(verdict: .ok)
        do {
            switch action {
            case .kind: preconditionFailure("a kind is not the run's own")
            case .set(let values): try set(values, in: scope, &strand)
            case .assert(let conditions, let message):
                if let failure = try complaint(conditions, message, step, scope) {
                    result = AttemptResult(verdict: .failed, failure: failure)
                }
            case .pause(let pause):
                guard try await hasWaited(for: pause, at: path, scope, &result, strand) else { return .stopped }
            case .sync:
                guard try await admission.reach(common.barriers[path] ?? 0, position) == .admitted else {
                    return .stopped
                }
            }
        } catch let error as PlaybookError {
            return fall(over: error, in: step, at: path, &strand)
        } catch is CancellationError {
            return .stopped
        }
        result.setPlace(step.span)
        return finish(
            step, result, at: path, attempts: 1, bytes: 0, since: start, isTolerated: isTolerated, &strand)
    }

    private func complaint(
        _ conditions: [Expression], _ message: Template?, _ step: PlannedStep, _ scope: Scope
    ) throws(PlaybookError) -> StepFailure? {
        for condition in conditions where try condition.value(in: scope) != .boolean(true) {
            return StepFailure(
                code: "assert", operation: step.title, reason: "`\(condition.span.text)` does not hold",
                advice: try message?.text(in: scope))
        }
        return nil
    }

    /// Waits; false when the run was stopped meanwhile.
    private func hasWaited(
        for pause: PauseCall, at path: StepPath, _ scope: Scope, _ result: inout AttemptResult, _ strand: Strand
    ) async throws -> Bool {
        switch pause {
        case .duration(let duration):
            return try await admission.pause(strand.number, for: try duration.value(in: scope), on: lane)
        case .person(let text):
            let question = try text?.text(in: scope) ?? "Go on?"
            let rest = admission.rest(strand.number)
            let answer = try await common.persons.answer(path.withoutItems.description, question, rest: rest)
            guard let answer else { return false }
            if !answer {
                result = AttemptResult(
                    verdict: .failed,
                    failure: StepFailure(code: "refused", operation: question, reason: "the person said no"))
            }
            return true
        }
    }

    // MARK: Preflight

    /// Looks whether the phone is fit for the play.
    func pass(_ preflight: PlannedPreflight, _ strand: inout Strand) async throws -> Way {
        guard let keeper, target.phone != nil else { return .through }
        let path = play.preflightPath
        let start = lane.now
        do {
            guard try await admission.turn(of: strand.number, StepDemand()) == .admitted else { return .stopped }
        } catch is CancellationError {
            return .stopped
        }
        baggage.hasBegun = true
        strand.lastStart = start
        try await journal.append(.stepStarted(target.id, path, attempt: 1))
        var result: AttemptResult
        do {
            let failure = try await withDeadline(total: .seconds(60), on: lane) { () -> StepFailure? in
                guard let phone = try await keeper.connected() as? any ConnectedPhone else { return nil }
                return try await preflight.requirements.judge(on: phone)
            }
            result = AttemptResult(verdict: failure == nil ? .ok : .failed, failure: failure)
        } catch {
            result = Self.verdict(of: error, PlannedPreflight.title, hasBegun: false, isStopped: Task.isCancelled)
        }
        result.setPlace(preflight.span)
        let end = StepEnd(
            verdict: result.verdict, attempts: 1, outputs: result.outputs, failure: result.failure,
            duration: lane.now.since(start).wholeNanoseconds / 1_000_000)
        journal.post(.stepEnded(target.id, path, end))
        switch end.verdict {
        case .ok, .changed, .skipped: return .through
        case .failed, .lost, .timedOut:
            return .failed(
                Fall(
                    verdict: end.verdict, failure: end.failure, path: path, title: PlannedPreflight.title, start: start)
            )
        case .cancelled, .notStarted: return .stopped
        }
    }
}
