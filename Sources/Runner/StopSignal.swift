import Synchronization

/// What Ctrl-C means: the first lets running steps finish, the second stops them, the third leaves at once.
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

    private struct State {
        var stage = Stage.running
        var observers: [@Sendable (Stage) -> Void] = []
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
            return (state.stage, state.observers)
        }
        for observer in observers { observer(stage) }
    }

    /// Has `body` called with every later stage, and at once when the signal was given before.
    public func observe(_ body: @escaping @Sendable (Stage) -> Void) {
        let stage = state.withLock { state in
            state.observers.append(body)
            return state.stage
        }
        if stage != .running { body(stage) }
    }
}
