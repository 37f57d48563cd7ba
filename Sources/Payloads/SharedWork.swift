import Dispatch
import Synchronization

/// Work that blocks, done once for everybody who asks for the same, on a queue of its own.
///
/// Who asks waits without keeping a lane. The last few results are kept; those who still use an older one keep it alive.
final class SharedWork<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private struct State {
        var tasks: [Key: Task<Value, Never>] = [:]
        /// In the order in which they were asked for first.
        var keys: [Key] = []
    }

    private let most: Int
    private let state = Mutex(State())

    /// - Parameter most: How many results are kept.
    init(most: Int) { self.most = most }

    func value(for key: Key, work: @escaping @Sendable () -> Value) async -> Value {
        let task = state.withLock { state in
            if let known = state.tasks[key] { return known }
            let task = Task {
                await withCheckedContinuation { continuation in
                    DispatchQueue.global(qos: .userInitiated).async { continuation.resume(returning: work()) }
                }
            }
            if state.keys.count == most { state.tasks[state.keys.removeFirst()] = nil }
            state.keys.append(key)
            state.tasks[key] = task
            return task
        }
        return await task.value
    }
}
