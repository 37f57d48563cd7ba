import Lanes
import Synchronization

/// The end of the block that a background step belongs to, as that step sees it.
public final class BlockEnding: Sendable {
    private struct State {
        var hasEnded = false
        var waiting: [Waiter<Void>] = []
    }
    private let state = Mutex(State())

    /// The end of a block that goes on.
    public init() {}

    /// Says that the block has ended; later calls change nothing.
    public func finish() {
        let waiting = state.withLock { state in
            state.hasEnded = true
            defer { state.waiting = [] }
            return state.waiting
        }
        for waiter in waiting { waiter.resume(with: .success(())) }
    }

    /// Whether the block has ended.
    public var hasEnded: Bool { state.withLock { $0.hasEnded } }

    /// Returns when the block has ended; may be called again, as by a second attempt.
    ///
    /// - Throws: `CancellationError` when the task is cancelled first.
    public func reached() async throws {
        let waiter = Waiter<Void>()
        let hasEnded = state.withLock { state in
            if !state.hasEnded { state.waiting.append(waiter) }
            return state.hasEnded
        }
        if hasEnded { return try Task.checkCancellation() }
        try await waiter.value()
    }
}
