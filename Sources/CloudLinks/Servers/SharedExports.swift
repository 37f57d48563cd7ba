import CloudPhone
import Farm
import Lanes

/// Apps that were exported from a phone to the bucket, each once for all servers of a run that are to share it.
actor SharedExports {
    /// An app as it lies in the bucket.
    struct Exported: Sendable {
        let bucket: String
        let key: String
        /// The size of its tar.
        let bytes: UInt64
    }

    /// What makes two orders the same.
    private struct Wish: Hashable {
        let package: PackageName
        let seed: String
        let content: [String]

        init(_ order: SharedAppOrder) {
            package = order.package
            seed = order.seed
            content = order.app?.parts.map(\.sha256) ?? []
        }
    }

    private nonisolated let lane: Lane
    private var exports: [Wish: Task<Exported, any Error>] = [:]
    /// The attempts of servers that have come until the export begins.
    private var attempts: [Wish: [BatchedAttempt]] = [:]

    nonisolated var unownedExecutor: UnownedSerialExecutor { lane.asUnownedSerialExecutor() }

    init(on lane: Lane) { self.lane = lane }

    /// The app in the bucket, exported when nobody else has it done.
    ///
    /// - Throws: ``ServiceError``, `CloudError`, `ObjectStorageError`.
    func export(_ order: SharedAppOrder, by link: CloudServerLink) async throws -> Exported {
        let wish = Wish(order)
        attempts[wish, default: []].append(link.attempt)
        let task =
            exports[wish]
            ?? Task(executorPreference: lane) { [lane] in
                // Whoever goes on with an earlier run may come late, and knows of jobs that the first does not.
                try await lane.sleep(for: Coalescer.quiet)
                return try await SeedExport(order: order, link: link, attempt: await self.together(wish)).run()
            }
        exports[wish] = task
        do {
            return try await task.value
        } catch {
            exports[wish] = nil
            attempts[wish] = nil
            throw error
        }
    }

    /// The attempts of all servers that have come, as one: what is written down is known to each of them.
    private func together(_ wish: Wish) -> BatchedAttempt {
        let all = attempts[wish] ?? []
        return BatchedAttempt(pending: all.flatMap(\.pending), limit: all.first?.limit) { job in
            for attempt in all { try await attempt.note(job) }
        }
    }
}
