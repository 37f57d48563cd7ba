import Lanes
import Synchronization

/// Tells a step in the background that its block ends, so that it can wind up: stop recording and keep what it has.
///
/// A kind that never asks is cancelled when its block ends.
public final class BlockEnding: Sendable {
    private struct State {
        var isOver = false
        var waiter: Waiter<Void>?
    }

    private let state = Mutex(State())

    /// A block that goes on.
    public init() {}

    /// Whether the block has ended.
    public var isOver: Bool { state.withLock { $0.isOver } }

    /// Notes the end.
    ///
    /// - Returns: Whether the step waits for it, and so will end by itself.
    @discardableResult
    public func finish() -> Bool {
        let waiter = state.withLock { state in
            state.isOver = true
            return state.waiter
        }
        return waiter?.resume(with: .success(())) ?? false
    }

    /// Returns when the block ends; to be called once.
    ///
    /// - Throws: `CancellationError`.
    public func reached() async throws {
        let waiter = Waiter<Void>()
        let isOver = state.withLock { state in
            state.waiter = waiter
            return state.isOver
        }
        if !isOver { try await waiter.value() }
    }
}
