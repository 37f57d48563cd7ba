import Farm
import Lanes

/// Work that one of those who want the same does, and whose result all of them get.
actor OnceForAll<Wish: Hashable & Sendable, Value: Sendable> {
    private nonisolated let lane: Lane
    private let keepsValues: Bool
    private var tasks: [Wish: Task<Value, any Error>] = [:]
    /// The attempts of those who have come until the work begins.
    private var attempts: [Wish: [BatchedAttempt]] = [:]

    nonisolated var unownedExecutor: UnownedSerialExecutor { lane.asUnownedSerialExecutor() }

    /// - Parameter keepsValues: Whether a result is also that of whoever comes later; otherwise it is asked for anew.
    init(on lane: Lane, keepsValues: Bool = true) {
        self.lane = lane
        self.keepsValues = keepsValues
    }

    /// The result, made when nobody else has it made; a failure is everybody's, and whoever comes after it tries again.
    ///
    /// - Parameters:
    ///   - attempt: That of whoever asks.
    ///   - work: Does it, during all their attempts as one: what is written down is known to each of them.
    /// - Throws: What `work` throws.
    func value(
        for wish: Wish, during attempt: BatchedAttempt,
        _ work: @escaping @Sendable (BatchedAttempt) async throws -> Value
    ) async throws -> Value {
        if let known = tasks[wish] { return try await value(of: known, for: wish, attempt) }
        let task = Task(executorPreference: lane) { [lane] in
            // Whoever goes on with an earlier run may come late, and knows of jobs that the first does not.
            try await lane.sleep(for: Coalescer.quiet)
            return try await work(await self.together(wish))
        }
        tasks[wish] = task
        return try await value(of: task, for: wish, attempt)
    }

    private func value(
        of task: Task<Value, any Error>, for wish: Wish, _ attempt: BatchedAttempt
    ) async throws -> Value {
        attempts[wish, default: []].append(attempt)
        do {
            let value = try await task.value
            if !keepsValues { forget(wish, task) }
            return value
        } catch {
            forget(wish, task)
            throw error
        }
    }

    private func forget(_ wish: Wish, _ task: Task<Value, any Error>) {
        guard tasks[wish] == task else { return }
        tasks[wish] = nil
        attempts[wish] = nil
    }

    /// The attempts of all who have come, as one.
    private func together(_ wish: Wish) -> BatchedAttempt {
        let all = attempts.removeValue(forKey: wish) ?? []
        return BatchedAttempt(pending: all.flatMap(\.pending), limit: all.first?.limit) { job in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for attempt in all { group.addTask { try await attempt.note(job) } }
                try await group.waitForAll()
            }
        }
    }
}
