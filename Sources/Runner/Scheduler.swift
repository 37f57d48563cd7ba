import Planning
import Journal

/// Who may do what, and when: a play's one state machine.
///
/// Events in, actions out; no I/O, no clock, no task.
///
/// A target *enters the window* only when every limit that its next step needs is free. One that finds a limit taken
/// between two steps gives its place away and waits outside (*parked*), so that a slow server holds up only its own phones.
/// Parked strands come before new targets, since theirs is work half done; servers take turns. Which targets may begin at
/// all is the ``Rollout``'s to say, who holds which limit the ``LimitTable``'s.
struct Scheduler {
    private typealias Wish = StrandTable.Wish

    /// Whether the play still begins steps.
    private enum Mode: Hashable {
        case running
        case draining
        case cancelling
        case finished
    }

    private let firstDemand: StepDemand
    private let onStop: StopReaction
    private var rollout: Rollout
    private var limits: LimitTable
    private var strands: StrandTable
    private var lines: WaitingLines
    private var barriers: Barriers
    private var mode = Mode.running
    /// Begun and not ended.
    private var underWay = 0

    /// Makes a scheduler for targets that are known by their positions.
    ///
    /// - Parameters:
    ///   - targets: The group of each target.
    ///   - rollout: Which of them may begin; everyone at once when nil.
    ///   - firstDemand: What the first step needs, which every target needs room for before it begins.
    ///   - throttles: The playbook's own limits.
    ///   - ended: Targets that an earlier run has brought to their end.
    init(
        targets: [SchedulerGroup], limits: SchedulerLimits, rollout: Rollout? = nil, firstDemand: StepDemand = .init(),
        throttles: [PlannedThrottle] = [], onStop: StopReaction = .drain, ended: Set<Int> = []
    ) {
        self.firstDemand = firstDemand
        self.onStop = onStop
        let everyone = RolloutWave(targets: Array(targets.indices))
        self.rollout = rollout ?? Rollout(waves: [everyone], rules: RolloutRules())
        self.limits = LimitTable(targets, limits, throttles)
        strands = StrandTable(targetCount: targets.count, ended: ended)
        barriers = Barriers(targetCount: targets.count, ended: ended)
        lines = WaitingLines(groupCount: self.limits.groupCount)
    }

    /// Whether the first wave has begun.
    private var hasStarted = false
    /// Targets that were given up before that; an end within a rollout that has not begun would begin it twice.
    private var cancelledEarly: [Int] = []

    /// Takes one event and says what is to be done about it.
    mutating func handle(_ event: SchedulerEvent) -> [SchedulerAction] {
        var actions: [SchedulerAction] = []
        switch event {
        case .started:
            if mode == .running { follow(rollout.begin(), &actions) }
            hasStarted = true
            cancel(cancelledEarly, &actions)
            cancelledEarly = []
        case .wants(let strand, let demand): want(.step(demand), strand, &actions)
        case .enters(let strand, let throttle): want(.block(throttle: throttle), strand, &actions)
        case .leaves(let strand, let throttle): limits.giveBack(throttle: throttle, of: strands.target(of: strand))
        case .rests(let strand): rest(strand, &actions)
        case .reaches(let target, let barrier): reach(barrier, target, &actions)
        case .passed(let target, let barrier): barriers.pass(barrier, by: target)
        case .branched(let strand, let target): strands.branch(strand, of: target)
        case .joined(let strand): join(strand)
        case .ended(let target, let outcome): end(target, outcome, &actions)
        case .wavePauseOver(let goOn): if mode == .running { follow(rollout.pauseOver(goOn: goOn), &actions) }
        case .drain: drain(&actions)
        case .cancel: cancel(&actions)
        case .cancelTargets(let targets):
            if hasStarted { cancel(targets, &actions) } else { cancelledEarly += targets }
        }
        if mode == .running {
            for target in barriers.open(for: rollout.members) { park(target, for: .place) }
        }
        admit(&actions)
        finish(&actions)
        return actions
    }

    // MARK: Strands

    private mutating func want(_ wish: Wish, _ strand: Int, _ actions: inout [SchedulerAction]) {
        let place = strands[strand]
        guard mode == .running else { return actions.append(.dismiss(strand: strand)) }
        guard case .inside(let held) = place else {
            precondition(place == .resting, "strand \(strand) asked for a step while it is \(place)")
            // A branch holds no place, so it may begin where a main strand must wait for one.
            guard !strands.isMain(strand), isFree(wish, strand), !hasParked(wish, strand) else {
                return park(strand, for: wish)
            }
            take(wish, strand)
            return actions.append(.admit(strand: strand))
        }
        // A strand that goes on with the same demand keeps its place; so does one that has just been started.
        guard wish != .step(held) else { return actions.append(.admit(strand: strand)) }
        let target = strands.target(of: strand)
        limits.giveBack(held, of: target)
        // Those who wait already for the same limit were here first; what has no limit waits for nobody.
        if isFree(wish, strand), !hasParked(wish, strand) {
            take(wish, strand)
            actions.append(.admit(strand: strand))
        } else {
            leaveWindow(strand)
            park(strand, for: wish)
        }
    }

    private mutating func rest(_ strand: Int, _ actions: inout [SchedulerAction]) {
        guard mode == .running else { return actions.append(.dismiss(strand: strand)) }
        guard case .inside(let held) = strands[strand] else { return }
        limits.giveBack(held, of: strands.target(of: strand))
        leaveWindow(strand)
        strands[strand] = .resting
    }

    private mutating func join(_ strand: Int) {
        switch strands[strand] {
        case .inside(let held): limits.giveBack(held, of: strands.target(of: strand))
        case .parked: unpark(strand)
        case .outside, .waiting, .resting, .atBarrier, .ended: break
        }
        strands.join(strand)
    }

    private mutating func end(_ target: Int, _ outcome: TargetOutcome, _ actions: inout [SchedulerAction]) {
        switch strands[target] {
        case .inside(let held):
            limits.giveBack(held, of: target)
            leaveWindow(target)
        case .parked: unpark(target)
        case .resting, .atBarrier: break
        case .outside, .waiting, .ended: preconditionFailure("target \(target) ended while it is \(strands[target])")
        }
        strands[target] = .ended
        barriers.end(target)
        underWay -= 1
        limits.end(target)
        limits.giveBackAll(of: target)
        follow(rollout.end(target, outcome), &actions)
    }

    private mutating func reach(_ barrier: Int, _ target: Int, _ actions: inout [SchedulerAction]) {
        guard mode == .running else { return actions.append(.dismiss(strand: target)) }
        if case .inside(let held) = strands[target] {
            limits.giveBack(held, of: target)
            leaveWindow(target)
        }
        strands[target] = .atBarrier
        barriers.wait(target, at: barrier)
    }

    // MARK: The rollout

    private mutating func follow(_ steps: [Rollout.Step], _ actions: inout [SchedulerAction]) {
        for step in steps {
            switch step {
            case .begin(let wave, let targets):
                actions.append(.beginWave(wave, targets: targets))
                for target in targets { queue(target) }
            case .end(let wave, let answer): actions.append(.endWave(wave, answer))
            case .pause(let wave): actions.append(.pause(afterWave: wave))
            case .replace(let lost, let other):
                actions.append(.replace(lost: lost, by: other))
                queue(other)
            case .stop(let reason):
                actions.append(.stop(reason))
                if onStop == .drain { drain(&actions) } else { cancel(&actions) }
            }
        }
    }

    /// A target's turn has come.
    private mutating func queue(_ target: Int) {
        strands[target] = .waiting
        lines.queue(target, in: limits.group(of: target))
    }

    // MARK: Stopping

    private mutating func drain(_ actions: inout [SchedulerAction]) {
        guard mode == .running else { return }
        mode = .draining
        rollout.stop()
        for strand in strands.all {
            switch strands[strand] {
            case .parked, .resting, .atBarrier: actions.append(.dismiss(strand: strand))
            case .outside, .waiting, .inside, .ended: continue
            }
        }
    }

    private mutating func cancel(_ actions: inout [SchedulerAction]) {
        guard mode == .running || mode == .draining else { return }
        mode = .cancelling
        rollout.stop()
        for target in strands.targets where strands.isUnderWay(target) { actions.append(.cancel(target: target)) }
    }

    private mutating func cancel(_ targets: [Int], _ actions: inout [SchedulerAction]) {
        for target in targets where strands.targets.contains(target) {
            if strands.isUnderWay(target) {
                actions.append(.cancel(target: target))
            } else if strands[target] == .waiting || strands[target] == .outside {
                lines.giveUp(target, in: limits.group(of: target))
                strands[target] = .ended
                barriers.end(target)
                follow(rollout.end(target, TargetOutcome(.notStarted)), &actions)
            }
        }
    }

    private mutating func finish(_ actions: inout [SchedulerAction]) {
        guard mode != .finished, underWay == 0 else { return }
        guard mode != .running || rollout.phase == .finished || rollout.phase == .stopped else { return }
        mode = .finished
        actions.append(.finish)
    }

    // MARK: The window

    /// Lets in whoever fits: first those under way, then new ones, a server at a time.
    private mutating func admit(_ actions: inout [SchedulerAction]) {
        guard mode == .running else { return }
        while let strand = nextParked() {
            guard case .parked(let wish) = strands[strand] else { preconditionFailure("\(strand) is not parked") }
            if strands.isMain(strand) { limits.enterWindow(strand) }
            take(wish, strand)
            actions.append(.admit(strand: strand))
        }
        while let target = nextWaiting() {
            underWay += 1
            limits.begin(target)
            limits.enterWindow(target)
            take(.step(firstDemand), target)
            actions.append(.start(target: target))
        }
    }

    private mutating func nextParked() -> Int? {
        let spot = lines.firstParked { strand, group in
            guard case .parked(let wish) = strands[strand] else { return false }
            guard !strands.isMain(strand) || limits.hasPlace(in: group) else { return false }
            return isFree(wish, strand)
        }
        return spot.map { lines.takeParked($0) }
    }

    private mutating func nextWaiting() -> Int? {
        let spot = lines.firstWaiting { target, group in
            limits.mayBegin(in: group) && limits.isFree(firstDemand, for: target)
        }
        return spot.map { lines.takeWaiting($0) }
    }

    private mutating func leaveWindow(_ strand: Int) {
        if strands.isMain(strand) { limits.leaveWindow(strand) }
    }

    private mutating func park(_ strand: Int, for wish: Wish) {
        strands[strand] = .parked(wish)
        lines.park(strand, in: group(of: strand))
    }

    private mutating func unpark(_ strand: Int) {
        lines.unpark(strand, in: group(of: strand))
    }

    // MARK: Wishes

    private func group(of strand: Int) -> Int { limits.group(of: strands.target(of: strand)) }

    private func isFree(_ wish: Wish, _ strand: Int) -> Bool {
        limits.isFree(wish, for: strands.target(of: strand))
    }

    /// Whether somebody waits already for what this strand wishes.
    private func hasParked(_ wish: Wish, _ strand: Int) -> Bool {
        guard wish != .step(StepDemand()) else { return false }
        return lines.hasParked(in: group(of: strand)) { strands[$0] == .parked(wish) }
    }

    private mutating func take(_ wish: Wish, _ strand: Int) {
        strands[strand] = .inside(limits.take(wish, for: strands.target(of: strand)))
    }
}
