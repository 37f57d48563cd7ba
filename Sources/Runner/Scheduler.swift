import Planning
import DequeModule
import Journal
import Steps

/// Who may do what, and when: a play's one state machine.
///
/// Events in, actions out; no I/O, no clock, no task.
///
/// A target *enters the window* only when every limit that its next step needs is free. One that finds a limit taken
/// between two steps gives its place away and waits outside (*parked*), so that a slow server holds up only its own phones.
/// Parked strands come before new targets, since theirs is work half done; servers take turns. Which targets may begin at
/// all is the ``Rollout``'s to say, who holds which limit the ``LimitTable``'s.
struct Scheduler {
    /// Where a strand stands.
    enum Place: Hashable {
        /// Not begun, and its wave has not come yet.
        case outside
        /// Not begun, and its turn has come.
        case waiting
        /// At work, counted against the limits of this demand.
        case inside(StepDemand)
        /// Begun, but outside the window until there is room for this.
        case parked(Wish)
        /// Begun, and waiting for time or a person.
        case resting
        /// Begun, and waiting for the others of its wave.
        case atBarrier(Int)
        /// Has its verdict.
        case ended
    }

    /// What a parked strand waits for.
    enum Wish: Hashable {
        case step(StepDemand)
        case block(throttle: Int)
        /// Nothing but a place: a barrier has opened.
        case place
    }

    /// Whether the play still begins steps.
    private enum Mode: Hashable {
        case running
        case draining
        case cancelling
        case finished
    }

    /// Targets of one server, or those of none, with those who wait.
    private struct Queue {
        var parked: Deque<Int> = []
        var waiting: Deque<Int> = []
    }

    private let firstDemand: StepDemand
    private let onStop: StopReaction
    private let targetCount: Int
    private var rollout: Rollout
    private var limits: LimitTable
    private var places: [Place]
    /// Strands beside the main ones: where each stands, and whose it is.
    private var branches: [Int: (target: Int, place: Place)] = [:]
    private var queues: [Queue]
    /// How many barriers each target has come to.
    private var barriersReached: [Int]
    private var atBarrier: Set<Int> = []
    private var mode = Mode.running
    /// Begun and not ended.
    private var underWay = 0
    private var parkedCount = 0
    /// The group whose turn it is.
    private var turn = 0

    /// What becomes of those under way when the rollout stops.
    enum StopReaction: Hashable {
        case drain
        case cancel
    }

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
        targetCount = targets.count
        let everyone = RolloutWave(targets: Array(targets.indices))
        self.rollout = rollout ?? Rollout(waves: [everyone], rules: RolloutRules())
        self.limits = LimitTable(targets, limits, throttles)
        places = Array(repeating: .outside, count: targets.count)
        for target in ended { places[target] = .ended }
        barriersReached = Array(repeating: 0, count: targets.count)
        queues = Array(repeating: Queue(), count: self.limits.groupCount)
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
        case .leaves(let strand, let throttle): limits.giveBack(throttle: throttle, of: target(of: strand))
        case .rests(let strand): rest(strand, &actions)
        case .reaches(let target, let barrier): reach(barrier, target, &actions)
        case .passed(let target, let barrier): barriersReached[target] = max(barriersReached[target], barrier + 1)
        case .branched(let strand, let target): branches[strand] = (target, .resting)
        case .joined(let strand): join(strand)
        case .ended(let target, let outcome): end(target, outcome, &actions)
        case .wavePauseOver(let goOn): if mode == .running { follow(rollout.pauseOver(goOn: goOn), &actions) }
        case .drain: drain(&actions)
        case .cancel: cancel(&actions)
        case .cancelTargets(let targets):
            if hasStarted { cancel(targets, &actions) } else { cancelledEarly += targets }
        }
        if !atBarrier.isEmpty { openBarriers(&actions) }
        admit(&actions)
        finish(&actions)
        return actions
    }

    // MARK: Strands

    private func target(of strand: Int) -> Int { strand < targetCount ? strand : branches[strand]?.target ?? 0 }

    private func isMain(_ strand: Int) -> Bool { strand < targetCount }

    private func place(of strand: Int) -> Place {
        isMain(strand) ? places[strand] : branches[strand]?.place ?? .ended
    }

    private mutating func put(_ strand: Int, _ place: Place) {
        if isMain(strand) { places[strand] = place } else { branches[strand]?.place = place }
    }

    private mutating func want(_ wish: Wish, _ strand: Int, _ actions: inout [SchedulerAction]) {
        let place = place(of: strand)
        guard mode == .running else { return actions.append(.dismiss(strand: strand)) }
        guard case .inside(let held) = place else {
            precondition(place == .resting, "strand \(strand) asked for a step while it is \(place)")
            // A branch holds no place, so it may begin where a main strand must wait for one.
            guard !isMain(strand), isFree(wish, strand), !hasParked(wish, strand) else {
                return park(strand, for: wish)
            }
            take(wish, strand)
            return actions.append(.admit(strand: strand))
        }
        // A strand that goes on with the same demand keeps its place; so does one that has just been started.
        guard wish != .step(held) else { return actions.append(.admit(strand: strand)) }
        let target = target(of: strand)
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
        guard case .inside(let held) = place(of: strand) else { return }
        limits.giveBack(held, of: target(of: strand))
        leaveWindow(strand)
        put(strand, .resting)
    }

    private mutating func join(_ strand: Int) {
        switch place(of: strand) {
        case .inside(let held): limits.giveBack(held, of: target(of: strand))
        case .parked: unpark(strand)
        case .outside, .waiting, .resting, .atBarrier, .ended: break
        }
        branches[strand] = nil
    }

    private mutating func end(_ target: Int, _ outcome: TargetOutcome, _ actions: inout [SchedulerAction]) {
        switch places[target] {
        case .inside(let held):
            limits.giveBack(held, of: target)
            leaveWindow(target)
        case .parked: unpark(target)
        case .atBarrier: atBarrier.remove(target)
        case .resting: break
        case .outside, .waiting, .ended: preconditionFailure("target \(target) ended while it is \(places[target])")
        }
        places[target] = .ended
        underWay -= 1
        limits.end(target)
        limits.giveBackAll(of: target)
        follow(rollout.end(target, outcome), &actions)
    }

    private mutating func reach(_ barrier: Int, _ target: Int, _ actions: inout [SchedulerAction]) {
        guard mode == .running else { return actions.append(.dismiss(strand: target)) }
        if case .inside(let held) = places[target] {
            limits.giveBack(held, of: target)
            leaveWindow(target)
        }
        barriersReached[target] = max(barriersReached[target], barrier + 1)
        places[target] = .atBarrier(barrier)
        atBarrier.insert(target)
    }

    /// A barrier opens when everyone of the wave who goes on has come to it.
    private mutating func openBarriers(_ actions: inout [SchedulerAction]) {
        guard mode == .running else { return }
        var least = Int.max
        for target in rollout.members where places[target] != .ended { least = min(least, barriersReached[target]) }
        for target in atBarrier.sorted() {
            guard case .atBarrier(let barrier) = places[target], barrier < least else { continue }
            atBarrier.remove(target)
            park(target, for: .place)
        }
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
        places[target] = .waiting
        queues[limits.group(of: target)].waiting.append(target)
    }

    // MARK: Stopping

    private mutating func drain(_ actions: inout [SchedulerAction]) {
        guard mode == .running else { return }
        mode = .draining
        rollout.stop()
        for strand in strands {
            switch place(of: strand) {
            case .parked, .resting, .atBarrier: actions.append(.dismiss(strand: strand))
            case .outside, .waiting, .inside, .ended: continue
            }
        }
    }

    private mutating func cancel(_ actions: inout [SchedulerAction]) {
        guard mode == .running || mode == .draining else { return }
        mode = .cancelling
        rollout.stop()
        for target in places.indices where isUnderWay(target) { actions.append(.cancel(target: target)) }
    }

    private mutating func cancel(_ targets: [Int], _ actions: inout [SchedulerAction]) {
        for target in targets where places.indices.contains(target) {
            if isUnderWay(target) {
                actions.append(.cancel(target: target))
            } else if places[target] == .waiting || places[target] == .outside {
                let group = limits.group(of: target)
                queues[group].waiting.removeAll { $0 == target }
                places[target] = .ended
                follow(rollout.end(target, TargetOutcome(.notStarted)), &actions)
            }
        }
    }

    private var strands: [Int] { Array(places.indices) + branches.keys.sorted() }

    private func isUnderWay(_ target: Int) -> Bool {
        switch places[target] {
        case .inside, .parked, .resting, .atBarrier: true
        case .outside, .waiting, .ended: false
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
        while parkedCount > 0, let strand = nextParked() {
            guard case .parked(let wish) = place(of: strand) else { preconditionFailure("\(strand) is not parked") }
            if isMain(strand) { limits.enterWindow(strand) }
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
        for offset in queues.indices {
            let group = (turn + offset) % queues.count
            let position = queues[group].parked.firstIndex { strand in
                guard case .parked(let wish) = place(of: strand) else { return false }
                guard !isMain(strand) || limits.hasPlace(in: group) else { return false }
                return isFree(wish, strand)
            }
            guard let position else { continue }
            turn = group + 1
            parkedCount -= 1
            return queues[group].parked.remove(at: position)
        }
        return nil
    }

    private mutating func nextWaiting() -> Int? {
        for offset in queues.indices {
            let group = (turn + offset) % queues.count
            guard let target = queues[group].waiting.first, limits.mayBegin(in: group) else { continue }
            guard limits.isFree(firstDemand, for: target) else { continue }
            queues[group].waiting.removeFirst()
            turn = group + 1
            return target
        }
        return nil
    }

    private mutating func leaveWindow(_ strand: Int) {
        if isMain(strand) { limits.leaveWindow(strand) }
    }

    private mutating func park(_ strand: Int, for wish: Wish) {
        put(strand, .parked(wish))
        queues[limits.group(of: target(of: strand))].parked.append(strand)
        parkedCount += 1
    }

    private mutating func unpark(_ strand: Int) {
        queues[limits.group(of: target(of: strand))].parked.removeAll { $0 == strand }
        parkedCount -= 1
    }

    // MARK: Wishes

    private func isFree(_ wish: Wish, _ strand: Int) -> Bool {
        switch wish {
        case .step(let demand): limits.isFree(demand, for: target(of: strand))
        case .block(let throttle): limits.isFree(throttle: throttle, for: target(of: strand))
        case .place: true
        }
    }

    /// Whether somebody waits already for what this strand wishes.
    private func hasParked(_ wish: Wish, _ strand: Int) -> Bool {
        guard parkedCount > 0, wish != .step(StepDemand()) else { return false }
        return queues[limits.group(of: target(of: strand))].parked.contains { place(of: $0) == .parked(wish) }
    }

    private mutating func take(_ wish: Wish, _ strand: Int) {
        switch wish {
        case .step(let demand):
            limits.take(demand, for: target(of: strand))
            put(strand, .inside(demand))
        case .block(let throttle):
            limits.take(throttle: throttle, for: target(of: strand))
            put(strand, .inside(StepDemand()))
        case .place: put(strand, .inside(StepDemand()))
        }
    }
}
