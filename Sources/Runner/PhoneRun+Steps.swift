import Farm
import Journal
import Lanes
import Planning
import PlaybookLanguage
import SourceText
import Steps

extension PhoneRun {
    // MARK: One step

    func take(_ step: PlannedStep, at path: StepPath, _ strand: inout Strand) async throws -> Way {
        if let fields { strand.scope.phone = fields }
        if let way = remembered(step, at: path, &strand) { return way }
        switch step.action {
        case .own(let action): return try await perform(action, of: step, at: path, &strand)
        case .kind(let kind):
            if !step.hasFixedTiming, let way = try await introduce(for: step, at: path, &strand) { return way }
            let timing: StepTiming
            let isTolerated: Bool
            do {
                let inner = step.scope(in: strand.scope)
                // Without knowing the phone nobody knows whether the step is for it; then the first attempt finds out.
                if isKnown, try !step.applies(in: inner) {
                    skip(step, at: path, &strand)
                    return .through
                }
                timing = try step.timing(in: inner)
                isTolerated = try step.toleratesFailure(in: inner)
            } catch {
                return fall(over: error, in: step, at: path, &strand)
            }
            guard let keeper else { return fall(over: noLink(step), in: step, at: path, &strand) }
            return try await attempt(
                Trial(step: step, kind: kind, path: path, timing: timing, isTolerated: isTolerated, keeper: keeper),
                &strand)
        }
    }

    private func noLink(_ step: PlannedStep) -> PhoneError {
        PhoneError(
            .unsupported, operation: step.title,
            reason: "\(target.id.name) is neither a phone nor an encoder nor a server",
            advice: "put `\(step.keyword)` into a play of its own")
    }

    /// A step with everything that was decided about it on this target.
    struct Trial {
        let step: PlannedStep
        let kind: any StepKind
        let path: StepPath
        let timing: StepTiming
        let isTolerated: Bool
        let keeper: LinkKeeper
    }

    private func attempt(_ trial: Trial, _ strand: inout Strand) async throws -> Way {
        let step = trial.step
        var policy = RetryPolicy(trial.timing, of: step)
        var number = 0
        var bytes: Int64 = 0
        var start = lane.now
        let startBefore = strand.lastStart
        while true {
            guard try await hasTurn(step, strand, after: number) else { break }
            number += 1
            if number == 1 { start = lane.now }
            strand.lastStart = start
            strand.hasWorked = true
            baggage.hasBegun = true
            try await journal.append(.stepStarted(target.id, trial.path, attempt: number))
            var result = await make(trial, previousStart: startBefore ?? start, &strand)
            // What a service was asked for has an outcome now, and another attempt would ask anew.
            if !result.isOutcomeUnknown { asked[trial.path] = [] }
            bytes += result.bytes ?? 0
            judge(&result, by: step, strand.scope)
            guard let pause = policy.pause(after: result, drawing: &random) else {
                settle(&result, strand)
                return finish(
                    step, result, at: trial.path, attempts: number, bytes: bytes, since: start,
                    isTolerated: trial.isTolerated, &strand)
            }
            await note(result, of: trial, attempt: number, pause)
            guard pause > .zero else { continue }
            guard try await hasPaused(strand, pause) else { break }
        }
        guard number > 0 else { return .stopped }
        var result = AttemptResult(verdict: .cancelled)
        settle(&result, strand)
        return finish(
            step, result, at: trial.path, attempts: number, bytes: bytes, since: start, isTolerated: false, &strand)
    }

    /// Waits for the limits that the step counts against; false when no more steps are begun.
    private func hasTurn(_ step: PlannedStep, _ strand: Strand, after attempts: Int) async throws -> Bool {
        do {
            let demand = StepDemand(step.load, throttle: step.throttle)
            return try await admission.turn(of: strand.number, demand) == .admitted
        } catch is CancellationError {
            return false
        }
    }

    /// Pauses; false when the run was stopped meanwhile.
    private func hasPaused(_ strand: Strand, _ duration: Duration) async throws -> Bool {
        do {
            return try await admission.pause(strand.number, for: duration, on: lane)
        } catch is CancellationError {
            return false
        }
    }

    private func make(_ trial: Trial, previousStart: LaneInstant, _ strand: inout Strand) async -> AttemptResult {
        let context: StepContext
        do {
            if !isKnown {
                try await greet(trial.keeper, within: trial.timing.timeout)
                if let fields { strand.scope.phone = fields }
                guard try trial.step.applies(in: trial.step.scope(in: strand.scope)) else { return .skipped }
            }
            context = try self.context(for: trial, previousStart: previousStart, strand)
        } catch {
            var result = Self.verdict(of: error, trial.step.title, hasBegun: false, isStopped: Task.isCancelled)
            result.setPlace(trial.step.span)
            return result
        }
        return await Attempt(
            step: trial.step, kind: trial.kind, timing: trial.timing, context: context, keeper: trial.keeper,
            lane: lane, batched: batched(trial), waitsForService: target.isBatched
        ).make()
    }

    private func batched(_ trial: Trial) -> BatchedAttempt {
        BatchedAttempt(
            pending: asked[trial.path] ?? replay?.pendingJobs(of: trial.path) ?? [],
            limit: trial.timing.isTimeoutWritten ? trial.timing.timeout : nil,
            isForWholeServer: isForWholeServer(trial.step)
        ) { [weak self, journal, id = target.id, path = trial.path] job in
            try await journal.append(.serviceAsked(id, path, job))
            await self?.remember(job, of: path)
        }
    }

    /// Whether all phones of the phone's server are to get what a step brings, and are under way.
    private func isForWholeServer(_ step: PlannedStep) -> Bool {
        guard let place = target.phone?.cloud, common.plan.mayShare(step.path, with: place.server) else { return false }
        return common.attendance.isWhole(position)
    }

    private func remember(_ job: ServiceJob, of path: StepPath) {
        var jobs = asked[path] ?? replay?.pendingJobs(of: path) ?? []
        jobs.removeAll { $0.call == job.call && $0.request == nil }
        jobs.append(job)
        asked[path] = jobs
    }

    @inline(never)
    private func context(for trial: Trial, previousStart: LaneInstant, _ strand: Strand) throws -> StepContext {
        let services = common.services
        let keeper = trial.keeper
        return StepContext(
            scope: trial.step.scope(in: strand.scope), payloads: services.payloads,
            progress: ProgressMeter(clock: lane.clock),
            memory: services.memory, tag: common.tag,
            pullFolder: try ContainedPath(root: services.folder.pulledPath).appending(target.id.name),
            pulled: services.pulled, previousStart: previousStart, outputLimit: services.outputLimit,
            ending: strand.ending, readiness: strand.readiness, timeLimit: trial.timing.timeout,
            place: TargetPlace(index: position, count: play.targets.count), failedSince: strand.failedSince,
            reconnect: { try await keeper.reconnected() })
    }

    /// An attempt that went well and does not yet show what `until` asks for is one that failed.
    private func judge(_ result: inout AttemptResult, by step: PlannedStep, _ scope: Scope) {
        guard let until = step.until, result.verdict == .ok || result.verdict == .changed else { return }
        var inner = step.scope(in: scope)
        inner.result = StepEnd(verdict: result.verdict, outputs: result.outputs).expressionValues
        do throws(PlaybookError) {
            guard try until.value(in: inner) != .boolean(true) else { return }
            result.verdict = .failed
            result.failure = StepFailure(
                code: "until", operation: step.title, reason: "`\(until.span.text)` does not hold",
                advice: "give it more `retries` or a longer `delay`")
        } catch {
            result = Self.verdict(of: error, step.title, hasBegun: true, isStopped: false)
        }
        result.setPlace(step.span)
    }

    /// A step in the background that its block's end has stopped has done what it was to do.
    private func settle(_ result: inout AttemptResult, _ strand: Strand) {
        guard result.verdict == .cancelled, strand.ending?.isOver == true else { return }
        result = AttemptResult(verdict: .ok, outputs: StepOutputs(reason: "stopped at the end of its block"))
    }

    private func note(_ result: AttemptResult, of trial: Trial, attempt: Int, _ pause: Duration) async {
        let failure =
            result.failure ?? StepFailure(code: "failed", operation: trial.step.title, reason: result.verdict.words)
        let failed = AttemptFailure(
            attempt: attempt, verdict: result.verdict, failure: failure, delay: pause.wholeNanoseconds / 1_000_000)
        journal.post(.attemptFailed(target.id, trial.path, failed))
        if result.verdict != .failed { await trial.keeper.drop() }
    }

    // MARK: Ends

    // The ends are calls of their own: inside the asynchronous functions their temporaries would be kept for every phone
    // that waits.
    @inline(never)
    func skip(_ step: PlannedStep, at path: StepPath, _ strand: inout Strand) {
        let end = StepEnd(verdict: .skipped, attempts: 0, outputs: AttemptResult.skipped.outputs)
        journal.post(.stepEnded(target.id, path, end))
        remember(end, of: step, at: path, &strand)
    }

    @inline(never)
    func finish(
        _ step: PlannedStep, _ result: AttemptResult, at path: StepPath, attempts: Int, bytes: Int64,
        since start: LaneInstant, isTolerated: Bool, _ strand: inout Strand
    ) -> Way {
        var end = StepEnd(
            verdict: result.verdict, attempts: attempts, outputs: result.outputs, failure: result.failure, bytes: bytes,
            duration: lane.now.since(start).wholeNanoseconds / 1_000_000)
        if end.verdict.isFailure {
            if isTolerated { end.marks.insert(.tolerated) }
        } else if attempts > 1, step.until == nil, end.verdict == .ok || end.verdict == .changed {
            end.marks.insert(.flaky)
        }
        journal.post(.stepEnded(target.id, path, end))
        return count(end, of: step, at: path, start, &strand)
    }

    /// What the end of a step means for the target.
    private func count(
        _ end: StepEnd, of step: PlannedStep, at path: StepPath, _ start: LaneInstant?, _ strand: inout Strand
    ) -> Way {
        baggage.marks.formUnion(end.marks)
        remember(end, of: step, at: path, &strand)
        switch end.verdict {
        case .changed: baggage.hasChanged = true
        case .ok: if step.kind != nil { baggage.hasBeenOK = true }
        case .failed, .lost, .timedOut:
            if end.marks.contains(.tolerated) { return .through }
            return .failed(
                Fall(verdict: end.verdict, failure: end.failure, path: path, title: step.title, start: start))
        case .cancelled, .notStarted: return .stopped
        case .skipped: break
        }
        return .through
    }

    private func remember(_ end: StepEnd, of step: PlannedStep, at path: StepPath, _ strand: inout Strand) {
        guard let id = step.id else { return }
        let values = end.expressionValues
        if path.elements.last?.item != nil { loopResults[path] = values }
        strand.scope.record(step: id, outputs: values)
    }

    // MARK: What an earlier run has done

    /// What became of the step in an earlier run, when it need not be done again; nil when it is to be done.
    private func remembered(_ step: PlannedStep, at path: StepPath, _ strand: inout Strand) -> Way? {
        guard let replay, !replay.isEmpty, !(strand.isAftermath && strand.hasWorked) else { return nil }
        if let end = replay.end(of: path) {
            baggage.hasBegun = true
            if let barrier = common.barriers[path] { admission.pass(barrier, position) }
            if case .own(.set(let values)) = step.action {
                // What variables were set to is not written down: it follows from the results that are.
                do throws(PlaybookError) {
                    try set(values, in: step.scope(in: strand.scope), &strand)
                } catch {
                    return fall(over: error, in: step, at: path, &strand)
                }
            }
            return count(end, of: step, at: path, nil, &strand)
        }
        guard let (block, positions) = rescues.last(where: { path.isInside($0.block) }) else { return nil }
        guard let end = replay.standingFailure(of: path, in: block, rescue: positions) else { return nil }
        return count(end, of: step, at: path, nil, &strand)
    }

    func set(_ values: [String: Argument<Value>], in scope: Scope, _ strand: inout Strand) throws(PlaybookError) {
        for (name, argument) in values { strand.scope.set(name, to: try argument.value(in: scope)) }
    }
}
