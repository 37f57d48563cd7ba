import Farm
import SourceText
import Journal
import Lanes
import Planning
import PlaybookLanguage
import Steps

/// One phone's way through the plan; lives in one task on the phone's lane.
final class PhoneRun {
    /// What all phones of a run have in common; an object, as a plan is too large to be copied for each.
    final class Common: Sendable {
        let plan: Plan
        let services: RunServices
        let questions: PhoneQuestions
        /// For temporary names on phones: the run's own, of letters and digits.
        let tag: String

        init(plan: Plan, services: RunServices) {
            self.plan = plan
            self.services = services
            questions = PhoneQuestions(of: plan)
            tag = String(services.folder.id.description.filter { $0.isLetter || $0.isNumber })
        }
    }

    /// How a phone goes on after a step.
    private enum Course {
        case next
        case end(PhoneEnd)
    }

    private let position: Int
    private let target: PlannedTarget
    private let common: Common
    private let lane: Lane
    private let admission: Admission
    private let keeper: LinkKeeper
    private var scope: Scope
    private var random: PhoneRandomness
    private var marks: Marks = []
    private var hasChanged = false
    private var hasBeenOK = false
    /// When the last step that was begun began.
    private var lastStart: LaneInstant?
    /// Whether everything that expressions ask of the phone is known.
    private var isKnown: Bool

    private var journal: JournalWriter { common.services.journal }

    init(_ position: Int, _ common: Common, on lane: Lane, _ admission: Admission) {
        let target = common.plan.targets[position]
        self.position = position
        self.target = target
        self.common = common
        self.lane = lane
        self.admission = admission
        scope = common.plan.scope(for: target)
        random = PhoneRandomness(seed: common.plan.seed, position: position)
        isKnown = common.questions.areAnswered(by: target.fields)
        let journal = common.services.journal
        let questions = common.questions
        keeper = LinkKeeper(target.phone, on: lane, dialer: common.services.dialer) { link in
            journal.post(.phoneConnected(target.id, PhoneFacts(values: link.facts, wayIn: link.facts["way-in"] ?? "")))
            return try await questions.ask(link, knowing: target.fields)
        }
    }

    /// Takes the phone through all steps, to its verdict.
    func run() async {
        let end = await walk()
        await keeper.drop()
        journal.post(.phoneEnded(target.id, end))
        admission.end(position)
    }

    private func walk() async -> PhoneEnd {
        guard !target.isUndecided else { return undecided }
        for step in common.plan.steps {
            do {
                guard case .end(let end) = try await take(step) else { continue }
                return end
            } catch is JournalError {
                // Nothing that happens from here on could be remembered, so nothing more may happen: to anyone.
                admission.cancel()
                return PhoneEnd(verdict: .cancelled, marks: marks)
            } catch {
                return stoppedBetweenSteps
            }
        }
        return PhoneEnd(verdict: hasChanged ? .changed : hasBeenOK ? .ok : .skipped, marks: marks)
    }

    private var undecided: PhoneEnd {
        let failure = StepFailure(
            code: "unreachable", operation: "ask \(target.phone.name) for its properties", reason: "it did not answer",
            advice: "nobody knows whether the selector means it; run `drover phones` to see who answers")
        return PhoneEnd(verdict: .lost, failure: failure)
    }

    /// Somebody stopped the run; a phone that had not begun a step was never touched.
    private var stoppedBetweenSteps: PhoneEnd {
        PhoneEnd(verdict: lastStart == nil ? .notStarted : .cancelled, marks: marks)
    }

    // MARK: One step

    private func take(_ step: PlannedStep) async throws -> Course {
        let timing: StepTiming
        let isTolerated: Bool
        do {
            let inner = step.scope(in: scope)
            // Without knowing the phone nobody knows whether the step is for it; then the first attempt finds out.
            if isKnown, try !step.applies(in: inner) { return skip(step) }
            timing = try step.timing(in: inner)
            isTolerated = try step.toleratesFailure(in: inner)
        } catch {
            var result = Self.verdict(of: error, in: step, hasBegun: false, isStopped: false)
            result.setPlace(of: step)
            return finish(step, result, attempts: 0, bytes: 0, since: lane.now, isTolerated: false)
        }
        return try await attempt(step, timing, isTolerated: isTolerated)
    }

    /// Connects before the first step, when expressions may ask what only the phone knows.
    private func greet(within limit: Duration) async throws {
        try await withDeadline(total: limit, on: lane) { [keeper] in _ = try await keeper.connected() }
        scope.phone = PhoneFields.adding(keeper.answers, to: target.fields)
        isKnown = true
    }

    private func attempt(_ step: PlannedStep, _ timing: StepTiming, isTolerated: Bool) async throws -> Course {
        var policy = RetryPolicy(timing, of: step)
        var number = 0
        var bytes: Int64 = 0
        var start = lane.now
        let startBefore = lastStart
        while true {
            guard try await hasTurn(step, after: number) else { break }
            number += 1
            if number == 1 { start = lane.now }
            lastStart = start
            try await journal.append(.stepStarted(target.id, step.path, attempt: number))
            let result = await make(step, timing, previousStart: startBefore ?? start)
            bytes += result.bytes ?? 0
            guard let pause = policy.pause(after: result, drawing: &random) else {
                return finish(step, result, attempts: number, bytes: bytes, since: start, isTolerated: isTolerated)
            }
            await note(result, of: step, attempt: number, pause)
            guard pause > .zero else { continue }
            guard try await hasPaused(pause) else { break }
        }
        guard number > 0 else { return .end(stoppedBetweenSteps) }
        let result = AttemptResult(verdict: .cancelled)
        return finish(step, result, attempts: number, bytes: bytes, since: start, isTolerated: false)
    }

    /// Waits for the limits that the step counts against; false when no more steps are begun.
    private func hasTurn(_ step: PlannedStep, after attempts: Int) async throws -> Bool {
        do {
            return try await admission.turn(of: position, load: step.load) == .admitted
        } catch  where attempts > 0 {
            return false
        }
    }

    /// Pauses; false when the run was stopped meanwhile.
    private func hasPaused(_ duration: Duration) async throws -> Bool {
        do {
            return try await admission.pause(position, for: duration, on: lane)
        } catch is CancellationError {
            return false
        }
    }

    private func make(
        _ step: PlannedStep, _ timing: StepTiming, previousStart: LaneInstant
    ) async -> AttemptResult {
        let context: StepContext
        do {
            if !isKnown {
                try await greet(within: timing.timeout)
                guard try step.applies(in: step.scope(in: scope)) else { return .skipped }
            }
            context = try self.context(for: step, previousStart: previousStart)
        } catch {
            var result = Self.verdict(of: error, in: step, hasBegun: false, isStopped: Task.isCancelled)
            result.setPlace(of: step)
            return result
        }
        return await Attempt(step: step, timing: timing, context: context, keeper: keeper, lane: lane).make()
    }

    @inline(never)
    private func context(for step: PlannedStep, previousStart: LaneInstant) throws -> StepContext {
        let services = common.services
        return StepContext(
            scope: step.scope(in: scope), payloads: services.payloads,
            progress: ProgressMeter(clock: lane.clock),
            memory: services.memory, tag: common.tag,
            pullFolder: try ContainedPath(root: services.folder.pulledPath).appending(target.phone.name),
            previousStart: previousStart, outputLimit: services.outputLimit,
            reconnect: { [keeper] in try await keeper.reconnected() })
    }

    private func note(_ result: AttemptResult, of step: PlannedStep, attempt: Int, _ pause: Duration) async {
        let failure =
            result.failure ?? StepFailure(code: "failed", operation: step.title, reason: result.verdict.words)
        let failed = AttemptFailure(
            attempt: attempt, verdict: result.verdict, failure: failure, delay: pause.wholeNanoseconds / 1_000_000)
        journal.post(.attemptFailed(target.id, step.path, failed))
        if result.verdict != .failed { await keeper.drop() }
    }

    // MARK: Ends

    // The ends are calls of their own: inside the asynchronous functions their temporaries would be kept for every phone
    // that waits.
    @inline(never)
    private func skip(_ step: PlannedStep) -> Course {
        let end = StepEnd(verdict: .skipped, attempts: 0, outputs: AttemptResult.skipped.outputs)
        journal.post(.stepEnded(target.id, step.path, end))
        remember(end, of: step)
        return .next
    }

    @inline(never)
    private func finish(
        _ step: PlannedStep, _ result: AttemptResult, attempts: Int, bytes: Int64, since start: LaneInstant,
        isTolerated: Bool
    ) -> Course {
        var end = StepEnd(
            verdict: result.verdict, attempts: attempts, outputs: result.outputs, failure: result.failure, bytes: bytes,
            duration: lane.now.since(start).wholeNanoseconds / 1_000_000)
        if end.verdict.isFailure {
            if isTolerated { end.marks.insert(.tolerated) }
        } else if attempts > 1, end.verdict == .ok || end.verdict == .changed {
            end.marks.insert(.flaky)
        }
        marks.formUnion(end.marks)
        journal.post(.stepEnded(target.id, step.path, end))
        remember(end, of: step)
        switch end.verdict {
        case .changed: hasChanged = true
        case .ok: hasBeenOK = true
        case .failed, .lost, .timedOut:
            if isTolerated { return .next }
            return .end(PhoneEnd(verdict: end.verdict, marks: marks, failure: end.failure, step: step.path))
        case .cancelled, .notStarted:
            return .end(PhoneEnd(verdict: .cancelled, marks: marks, failure: end.failure, step: step.path))
        case .skipped: break
        }
        return .next
    }

    private func remember(_ end: StepEnd, of step: PlannedStep) {
        guard let id = step.id else { return }
        scope.record(step: id, outputs: end.expressionValues)
    }
}

/// Random numbers of one phone: the same for the same seed, different from its neighbours' (SplitMix64).
struct PhoneRandomness: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64, position: Int) { state = seed ^ (UInt64(position) &* 0xD129_0D3B_3F5B_9F71) }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
