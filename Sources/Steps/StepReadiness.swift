import Lanes
import Synchronization

/// Tells the steps behind one in the background that it is ready, so that they begin when it is.
public final class StepReadiness: Sendable {
    private struct State {
        /// Whether the step got ready, or was over before; nil while neither is so.
        var isReady: Bool?
        var waiter: Waiter<Bool>?
    }

    private let state = Mutex(State())

    /// Of a step that is not ready yet.
    public init() {}

    /// Notes that the step is ready.
    public func reach() { settle(true) }

    /// Notes that the step is over; what was noted first counts.
    public func end() { settle(false) }

    private func settle(_ isReady: Bool) {
        let waiter = state.withLock { state -> Waiter<Bool>? in
            guard state.isReady == nil else { return nil }
            state.isReady = isReady
            return state.waiter
        }
        waiter?.resume(with: .success(isReady))
    }

    /// Waits for either; to be called once.
    ///
    /// - Returns: Whether the step is ready; false when it was over before.
    /// - Throws: `CancellationError`.
    public func reached() async throws -> Bool {
        let waiter = Waiter<Bool>()
        let isReady = state.withLock { state in
            state.waiter = waiter
            return state.isReady
        }
        if let isReady { return isReady }
        return try await waiter.value()
    }
}
