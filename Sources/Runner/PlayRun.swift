import Farm
import Journal
import Lanes
import Planning
import PlaybookLanguage
import Steps
import Synchronization

/// One play on its way: makes the scheduler, begins its targets, and keeps the clock of waves and deadlines.
struct PlayRun: Sendable {
    let plan: Plan
    let play: PlannedPlay
    let services: RunServices
    let limits: SchedulerLimits
    let ledger: TargetLedger

    private var lane: Lane { services.lanes[0] }

    /// Takes the play's targets through its steps.
    ///
    /// - Parameter start: When the run began.
    /// - Returns: Why it stopped before everybody had a turn; nil when it did not.
    func execute(stop: StopSignal, since start: LaneInstant) async -> StopReason? {
        let skipped = play.needs.isEmpty ? [] : play.targets.filter { ledger.hasFailed($0, in: play.needs) }
        var ended: [Int: TargetOutcome] = [:]
        for (position, target) in play.targets.enumerated() {
            if let end = ledger.goodEnd(of: target, in: play.index) {
                ended[position] = TargetOutcome(end.verdict)
                ledger.end(target, in: play.index, end, recalled(target, end), isNew: false)
            } else if skipped.contains(target) {
                ended[position] = TargetOutcome(.skipped)
                ledger.end(target, in: play.index, PhoneEnd(verdict: .skipped), ledger.baggage(of: target))
            }
        }
        guard ended.count < play.targets.count else { return nil }
        return await execute(stop: stop, since: start, ended)
    }

    /// A target that ended well in an earlier run brings what it had then.
    private func recalled(_ target: Int, _ end: PhoneEnd) -> Baggage {
        var baggage = ledger.baggage(of: target)
        baggage.marks.formUnion(end.marks)
        baggage.hasBegun = true
        if end.verdict == .changed { baggage.hasChanged = true }
        if end.verdict == .ok { baggage.hasBeenOK = true }
        guard let replay = ledger.replays[plan.targets[target].id] else { return baggage }
        for step in play.allSteps {
            guard let id = step.id, let end = replay.end(of: step.path) else { continue }
            baggage.scope.record(step: id, outputs: end.expressionValues)
        }
        return baggage
    }

    private func execute(
        stop: StopSignal, since start: LaneInstant, _ ended: [Int: TargetOutcome]
    ) async -> StopReason? {
        let reason = Mutex<StopReason?>(nil)
        let persons = PersonDesk(ask: services.askPerson)
        let common = PlayCommon(
            plan: plan, play: play, services: services, persons: persons, replays: ledger.replays,
            finished: { [ledger, play] position, end, baggage in
                ledger.end(play.targets[position], in: play.index, end, baggage)
            })
        // Who has ended in an earlier run took part there.
        common.attendance.letIn(Array(ended.keys))
        let lanes = LaneDeal.lanes(for: play.targets.map { plan.targets[$0].phone }, among: services.lanes)
        let admission = Admission(
            scheduler(ended), targetCount: play.targets.count,
            tell: { news, admission in
                if case .stop(let why) = news { reason.withLock { $0 = $0 ?? why } }
                if case .beginWave(_, let targets) = news { common.attendance.letIn(targets) }
                if case .replace(_, let other) = news { common.attendance.letIn([other]) }
                self.take(news, admission, persons)
            },
            begin: { [ledger, play] position, admission in
                let lane = lanes[position]
                let baggage = ledger.baggage(of: play.targets[position])
                // The scheduler is what these tasks are structured by: it knows each, stops each, and the play does not
                // end before the last of them. A task group would cost a hop to its owner for every target.
                return Task(executorPreference: lane) {
                    let run = PhoneRun(position, common, baggage: baggage, on: lane, admission)
                    await run.run()
                }
            })
        let observation = stop.observe { [play, plan] order in
            switch order {
            case .stage(.running): break
            case .stage(.draining):
                note(StopReason(.interrupted, "somebody asked to stop"))
                admission.drain()
            case .stage(.cancelling), .stage(.leaving): admission.cancel()
            case .cancel(let names):
                admission.cancel(play.targets.indices.filter { names.contains(plan.targets[play.targets[$0]].id) })
            }
        }
        let deadline = deadline(since: start) { why in
            reason.withLock { $0 = $0 ?? why }
            note(why)
            if play.onStop == .drain { admission.drain() } else { admission.cancel() }
        }
        await admission.runToEnd()
        stop.forget(observation)
        deadline?.cancel()
        return reason.withLock { $0 }
    }

    private func note(_ reason: StopReason) {
        services.journal.post(.runStopping(RunStopping(code: reason.code.rawValue, why: reason.why)))
    }

    // MARK: News

    private func take(_ news: Admission.News, _ admission: Admission, _ persons: PersonDesk) {
        let hasWaves = play.waves.count > 1
        switch news {
        case .beginWave(let wave, let targets):
            guard hasWaves else { return }
            services.journal.post(
                .waveStarted(WaveStart(play: play.index, wave: wave, targets: targets.map(id))))
        case .endWave(let wave, let answer):
            guard hasWaves else { return }
            services.journal.post(
                .waveEnded(WaveEnd(play: play.index, wave: wave, passed: answer.passed, why: answer.why)))
        case .replace(let lost, let other):
            services.journal.post(.canaryReplaced(play: play.index, lost: id(lost), by: id(other)))
        case .stop(let reason): note(reason)
        case .pause(let wave):
            switch play.waves[wave].pause {
            case nil: admission.pauseOver(goOn: true)
            case .duration(let duration):
                lane.run { [lane] in
                    _ = lane.schedule(after: duration) { admission.pauseOver(goOn: true) }
                }
            case .person(let text):
                Task { [services] in admission.pauseOver(goOn: await services.askPerson(text)) }
            }
        }
    }

    private func id(_ position: Int) -> TargetID { plan.targets[play.targets[position]].id }

    // MARK: The scheduler

    private func scheduler(_ ended: [Int: TargetOutcome]) -> Scheduler {
        let positions = Dictionary(uniqueKeysWithValues: zip(play.targets, play.targets.indices))
        let waves = play.waves.map { wave in
            RolloutWave(
                targets: wave.targets.compactMap { positions[$0] }, hasPause: wave.pause != nil,
                isCanary: wave.isCanary)
        }
        let models = play.targets.map { plan.targets[$0].phone?.properties[PhoneProperty.model] }
        let gates = GateKeeper(plan: plan, play: play)
        let rules = RolloutRules(
            limits: [play.failLimit, plan.failLimit].compactMap { $0 }, tolerance: plan.tolerance,
            failuresBefore: ledger.failures, judge: { gates.answer(after: $0, $1) }, model: { models[$0] })
        let rollout = Rollout(
            waves: waves, rules: rules, ended: ended, passed: ledger.passedWaves[play.index] ?? [])
        return Scheduler(
            targets: play.targets.map { SchedulerGroup(of: plan.targets[$0]) }, limits: limits, rollout: rollout,
            firstDemand: firstDemand, throttles: play.throttles, onStop: play.onStop == .drain ? .drain : .cancel,
            ended: Set(ended.keys))
    }

    /// What the first step needs, so that nobody begins only to be parked.
    private var firstDemand: StepDemand {
        guard play.preflight == nil, case .step(let step)? = play.steps.first, step.kind != nil, !step.isBackground
        else { return StepDemand() }
        return StepDemand(step.load, throttle: step.throttle)
    }

    // MARK: The deadline

    private func deadline(since start: LaneInstant, _ body: @escaping @Sendable (StopReason) -> Void) -> DeadlineTimer?
    {
        guard let deadline = plan.deadline else { return nil }
        let text: String
        let left: Duration
        switch deadline {
        case .after(let duration):
            text = durationText(duration)
            left = duration - lane.now.since(start)
        case .clock(let hour, let minute):
            text = "\(hour < 10 ? "0" : "")\(hour):\(minute < 10 ? "0" : "")\(minute)"
            left = services.untilTimeOfDay(hour, minute) - lane.now.since(start)
        }
        let reason = StopReason(.deadline, "the deadline \(text) has come")
        return DeadlineTimer(on: lane, after: max(.zero, left)) { body(reason) }
    }
}

/// A timer that is set and taken back from anywhere.
final class DeadlineTimer: Sendable {
    private let isOff = Mutex(false)

    init(on lane: Lane, after duration: Duration, _ body: @escaping @Sendable () -> Void) {
        lane.run { [self] in
            _ = lane.schedule(after: duration) { [self] in
                if !isOff.withLock({ $0 }) { body() }
            }
        }
    }

    func cancel() { isOff.withLock { $0 = true } }
}
