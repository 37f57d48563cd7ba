public import Farm
import Synchronization

/// What stops a run: Ctrl-C, once to let running steps finish, again to stop them, a third time to leave at once; and
/// orders to stop some targets.
public final class StopSignal: Sendable {
    /// What the next press will do.
    public enum Stage: Hashable, Sendable, CaseIterable {
        /// Nobody has asked to stop.
        case running
        /// Running steps finish, no new ones start.
        case draining
        /// What is under way is being stopped.
        case cancelling
        /// The program leaves without waiting for anything.
        case leaving
    }

    /// What somebody asks for.
    public enum Order: Hashable, Sendable {
        /// The whole run.
        case stage(Stage)
        /// Some targets.
        case cancel(Set<TargetID>)
    }

    private struct State {
        var stage = Stage.running
        var cancelled: Set<TargetID> = []
        var observers: [Int: @Sendable (Order) -> Void] = [:]
        var next = 0
    }

    private let state = Mutex(State())

    /// A signal that nobody has given.
    public init() {}

    /// How far it has gone.
    public var stage: Stage { state.withLock { $0.stage } }

    /// Asks to stop, more firmly each time.
    public func press() {
        let (stage, observers) = state.withLock { state in
            switch state.stage {
            case .running: state.stage = .draining
            case .draining: state.stage = .cancelling
            case .cancelling, .leaving: state.stage = .leaving
            }
            return (state.stage, state.observers.values)
        }
        for observer in observers { observer(.stage(stage)) }
    }

    /// Asks to stop everything that is under way at once.
    public func cancelAll() {
        while stage == .running || stage == .draining { press() }
    }

    /// Asks to stop some targets.
    public func cancel(_ targets: Set<TargetID>) {
        let observers = state.withLock { state in
            state.cancelled.formUnion(targets)
            return state.observers.values
        }
        for observer in observers { observer(.cancel(targets)) }
    }

    /// Has `body` called with every later order, and at once with those that were given before.
    ///
    /// - Returns: What ``forget(_:)`` takes.
    @discardableResult
    public func observe(_ body: @escaping @Sendable (Order) -> Void) -> Int {
        let (number, stage, cancelled) = state.withLock { state in
            state.next += 1
            state.observers[state.next] = body
            return (state.next, state.stage, state.cancelled)
        }
        if !cancelled.isEmpty { body(.cancel(cancelled)) }
        if stage != .running { body(.stage(stage)) }
        return number
    }

    /// Tells an observer nothing more.
    public func forget(_ number: Int) { state.withLock { $0.observers[number] = nil } }
}
