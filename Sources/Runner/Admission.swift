import Lanes
import Steps
import Synchronization

/// The scheduler, the targets' tasks, and those who wait for a turn.
///
/// The lock is held only while the scheduler, which is pure, works out what is to be done (about a microsecond), and never
/// while something is done; targets of different lanes meet here and nowhere else. The actions of two events that overlap
/// may therefore be performed in either order; the one that matters is told in ``start(_:)``.
final class Admission: Sendable {
    /// What a strand that asked to go on is told.
    enum Answer: Hashable, Sendable {
        /// Begin.
        case admitted
        /// Begin no more steps.
        case dismissed
    }

    /// What happens to the play as a whole, for those who write it down and keep its clock.
    enum News: Hashable, Sendable {
        case beginWave(Int, targets: [Int])
        case endWave(Int, GateAnswer)
        case pause(afterWave: Int)
        case replace(lost: Int, by: Int)
        case stop(StopReason)
    }

    private struct Slot {
        var task: Task<Void, Never>?
        var isCancelled = false
    }

    private struct State {
        var scheduler: Scheduler
        var slots: [Slot]
        var waiters: [Int: Waiter<Answer>] = [:]
        var nextStrand: Int
    }

    private let state: Mutex<State>
    private let finished = Waiter<Void>()
    private let begin: @Sendable (Int, Admission) -> Task<Void, Never>
    private let tell: @Sendable (News, Admission) -> Void

    /// - Parameters:
    ///   - begin: Makes the task of a target whose turn has come.
    ///   - tell: Gets the news of the play; must not wait.
    init(
        _ scheduler: Scheduler, targetCount: Int,
        tell: @escaping @Sendable (News, Admission) -> Void = { _, _ in },
        begin: @escaping @Sendable (Int, Admission) -> Task<Void, Never>
    ) {
        state = Mutex(
            State(
                scheduler: scheduler, slots: Array(repeating: Slot(), count: targetCount), nextStrand: targetCount))
        self.begin = begin
        self.tell = tell
    }

    /// Begins the play and waits until nobody is under way.
    func runToEnd() async {
        handle(.started)
        // A run that is stopped still waits for its phones to let go, so nothing but the answer ends this wait.
        try? await finished.value(cancellable: false)
    }

    // MARK: What strands ask for

    /// Asks to begin a step, and waits outside the window while a limit is taken.
    ///
    /// - Throws: `CancellationError`.
    func turn(of strand: Int, _ demand: StepDemand) async throws -> Answer {
        try await answer(to: .wants(strand: strand, demand), strand)
    }

    /// Asks to go into a block with a limit of its own.
    ///
    /// - Throws: `CancellationError`.
    func enter(_ strand: Int, throttle: Int) async throws -> Answer {
        try await answer(to: .enters(strand: strand, throttle: throttle), strand)
    }

    /// Leaves such a block.
    func leave(_ strand: Int, throttle: Int) { handle(.leaves(strand: strand, throttle: throttle)) }

    /// Waits for the others of the wave.
    ///
    /// - Throws: `CancellationError`.
    func reach(_ barrier: Int, _ target: Int) async throws -> Answer {
        try await answer(to: .reaches(target: target, barrier: barrier), target)
    }

    /// Notes that a target had passed a barrier in an earlier run.
    func pass(_ barrier: Int, _ target: Int) { handle(.passed(target: target, barrier: barrier)) }

    /// Pauses outside the window.
    ///
    /// Call on the strand's lane.
    ///
    /// - Returns: Whether the run goes on for this strand.
    /// - Throws: `CancellationError`.
    func pause(_ strand: Int, for duration: Duration, on lane: Lane) async throws -> Bool {
        let waiter = rest(strand)
        let timer = lane.schedule(after: duration) { waiter.resume(with: .success(.admitted)) }
        defer { timer.cancel() }
        return try await waiter.value() == .admitted
    }

    /// Goes outside the window until the waiter is answered, by whoever is waited for or by the end of the run.
    func rest(_ strand: Int) -> Waiter<Answer> {
        let waiter = Waiter<Answer>()
        let actions = state.withLock { state in
            state.waiters[strand] = waiter
            return state.scheduler.handle(.rests(strand: strand))
        }
        for action in actions { perform(action) }
        return waiter
    }

    /// Begins a strand beside the target's main one.
    func branch(of target: Int) -> Int {
        let (strand, actions) = state.withLock { state in
            let strand = state.nextStrand
            state.nextStrand += 1
            return (strand, state.scheduler.handle(.branched(strand: strand, target: target)))
        }
        for action in actions { perform(action) }
        return strand
    }

    /// Notes that such a strand has ended.
    func join(_ strand: Int) {
        _ = state.withLock { $0.waiters.removeValue(forKey: strand) }
        handle(.joined(strand: strand))
    }

    /// Notes that a target has its verdict.
    func end(_ target: Int, _ outcome: TargetOutcome) {
        state.withLock { state in
            state.slots[target] = Slot()
            state.waiters[target] = nil
        }
        handle(.ended(target: target, outcome))
    }

    // MARK: What others ask for

    /// Says that what was waited for after a wave has come.
    func pauseOver(goOn: Bool) { handle(.wavePauseOver(goOn)) }

    /// Lets running steps finish and starts no new ones.
    func drain() { handle(.drain) }

    /// Stops what is under way now.
    func cancel() { handle(.cancel) }

    /// Stops some targets.
    func cancel(_ targets: [Int]) { handle(.cancelTargets(targets)) }

    private func answer(to event: SchedulerEvent, _ strand: Int) async throws -> Answer {
        let (actions, waiter) = state.withLock { state -> ([SchedulerAction], Waiter<Answer>?) in
            var actions = state.scheduler.handle(event)
            // Nearly always there is room: nobody has to be woken then.
            if let place = actions.firstIndex(of: .admit(strand: strand)) {
                actions.remove(at: place)
                return (actions, nil)
            }
            let waiter = Waiter<Answer>()
            state.waiters[strand] = waiter
            return (actions, waiter)
        }
        for action in actions { perform(action) }
        guard let waiter else { return .admitted }
        return try await waiter.value()
    }

    private func handle(_ event: SchedulerEvent) {
        let actions = state.withLock { $0.scheduler.handle(event) }
        for action in actions { perform(action) }
    }

    private func perform(_ action: SchedulerAction) {
        switch action {
        case .start(let target): start(target)
        case .admit(let strand): answer(strand, .admitted)
        case .dismiss(let strand): answer(strand, .dismissed)
        case .cancel(let target): cancel(target)
        case .beginWave(let wave, let targets): tell(.beginWave(wave, targets: targets), self)
        case .endWave(let wave, let answer): tell(.endWave(wave, answer), self)
        case .pause(let wave): tell(.pause(afterWave: wave), self)
        case .replace(let lost, let other): tell(.replace(lost: lost, by: other), self)
        case .stop(let reason): tell(.stop(reason), self)
        case .finish: finished.resume(with: .success(()))
        }
    }

    private func start(_ target: Int) {
        let task = begin(target, self)
        let isCancelled = state.withLock { state in
            state.slots[target].task = task
            return state.slots[target].isCancelled
        }
        // `cancel` was decided after `start` and performed before it, when there was no task yet.
        if isCancelled { task.cancel() }
    }

    private func answer(_ strand: Int, _ answer: Answer) {
        let waiter = state.withLock { $0.waiters.removeValue(forKey: strand) }
        waiter?.resume(with: .success(answer))
    }

    private func cancel(_ target: Int) {
        let task = state.withLock { state in
            state.slots[target].isCancelled = true
            return state.slots[target].task
        }
        task?.cancel()
    }
}
