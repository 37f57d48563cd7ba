import Lanes
import Steps
import Synchronization

/// The scheduler, the phones' tasks, and those who wait for a turn.
///
/// The lock is held only while the scheduler, which is pure, works out what is to be done (about a microsecond), and never
/// while something is done; phones of different lanes meet here and nowhere else. The actions of two events that overlap
/// may therefore be performed in either order; the one that matters is told in ``start(_:)``.
final class Admission: Sendable {
    /// What a phone that asked to begin a step is told.
    enum Answer: Hashable, Sendable {
        /// Begin.
        case admitted
        /// Begin no more steps.
        case dismissed
    }

    private struct Slot {
        var task: Task<Void, Never>?
        var waiter: Waiter<Answer>?
        var isCancelled = false
    }

    private struct State {
        var scheduler: Scheduler
        var slots: [Slot]
    }

    private let state: Mutex<State>
    private let finished = Waiter<Void>()
    private let begin: @Sendable (Int, Admission) -> Task<Void, Never>

    /// - Parameter begin: Makes the task of a phone whose turn has come.
    init(
        _ scheduler: Scheduler,
        phoneCount: Int,
        begin: @escaping @Sendable (Int, Admission) -> Task<Void, Never>
    ) {
        state = Mutex(State(scheduler: scheduler, slots: Array(repeating: Slot(), count: phoneCount)))
        self.begin = begin
    }

    /// Begins the run and waits until nobody is under way.
    func runToEnd() async {
        handle(.started)
        // A run that is stopped still waits for its phones to let go, so nothing but the answer ends this wait.
        try? await finished.value(cancellable: false)
    }

    /// Asks to begin a step, and waits outside the window while a limit is taken.
    ///
    /// - Throws: `CancellationError`.
    func turn(of phone: Int, load: StepLoad) async throws -> Answer {
        let (actions, waiter) = state.withLock { state -> ([SchedulerAction], Waiter<Answer>?) in
            var actions = state.scheduler.handle(.wants(phone: phone, load))
            // Nearly always there is room: nobody has to be woken then.
            if actions.first == .admit(phone: phone) {
                actions.removeFirst()
                return (actions, nil)
            }
            let waiter = Waiter<Answer>()
            state.slots[phone].waiter = waiter
            return (actions, waiter)
        }
        for action in actions { perform(action) }
        guard let waiter else { return .admitted }
        return try await waiter.value()
    }

    /// Pauses outside the window.
    ///
    /// Call on the phone's lane.
    ///
    /// - Returns: Whether the run goes on for this phone.
    /// - Throws: `CancellationError`.
    func pause(_ phone: Int, for duration: Duration, on lane: Lane) async throws -> Bool {
        let waiter = Waiter<Answer>()
        let actions = state.withLock { state in
            state.slots[phone].waiter = waiter
            return state.scheduler.handle(.rests(phone: phone))
        }
        for action in actions { perform(action) }
        let timer = lane.schedule(after: duration) { waiter.resume(with: .success(.admitted)) }
        defer { timer.cancel() }
        return try await waiter.value() == .admitted
    }

    /// Notes that a phone has its verdict.
    func end(_ phone: Int) { handle(.ended(phone: phone)) }

    /// Lets running steps finish and starts no new ones.
    func drain() { handle(.drain) }

    /// Stops what is under way now.
    func cancel() { handle(.cancel) }

    private func handle(_ event: SchedulerEvent) {
        let actions = state.withLock { state in
            if case .ended(let phone) = event { state.slots[phone] = Slot() }
            return state.scheduler.handle(event)
        }
        for action in actions { perform(action) }
    }

    private func perform(_ action: SchedulerAction) {
        switch action {
        case .start(let phone): start(phone)
        case .admit(let phone): answer(phone, .admitted)
        case .dismiss(let phone): answer(phone, .dismissed)
        case .cancel(let phone): cancel(phone)
        case .finish: finished.resume(with: .success(()))
        }
    }

    private func start(_ phone: Int) {
        let task = begin(phone, self)
        let isCancelled = state.withLock { state in
            state.slots[phone].task = task
            return state.slots[phone].isCancelled
        }
        // `cancel` was decided after `start` and performed before it, when there was no task yet.
        if isCancelled { task.cancel() }
    }

    private func answer(_ phone: Int, _ answer: Answer) {
        let waiter = state.withLock { state in
            defer { state.slots[phone].waiter = nil }
            return state.slots[phone].waiter
        }
        waiter?.resume(with: .success(answer))
    }

    private func cancel(_ phone: Int) {
        let task = state.withLock { state in
            state.slots[phone].isCancelled = true
            return state.slots[phone].task
        }
        task?.cancel()
    }
}
