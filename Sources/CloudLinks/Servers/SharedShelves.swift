import CloudPhone
import Farm
import Lanes
import Synchronization

/// What a run brings to the storage that the phones of servers share: each content once per server, whoever of its phones asks
/// for it, so that it crosses the network once (Cloud Phone API, shared files).
final class SharedShelves: Sendable {
    /// Some archives of the bucket, for one server.
    private struct Load: Hashable {
        let server: String
        let bucket: String
        let keys: [String]
    }

    private let calls: Coalescer
    private let loads: OnceForAll<Load, Bool>
    private let state = Mutex(State())
    /// Told lines for people.
    private let tell: @Sendable (String) -> Void

    private struct State {
        /// What is of use during the run only: the folders, and on which servers they are.
        var temporary: [RemotePath: Set<String>] = [:]
        /// Apps as they lie on shelves, by their hashes.
        var apps: [String: ShelfApp] = [:]
        var refusals: Set<String> = []
    }

    init(_ calls: Coalescer, on lane: Lane, tell: @escaping @Sendable (String) -> Void) {
        self.calls = calls
        self.tell = tell
        loads = OnceForAll(on: lane)
    }

    /// Unpacks archives into the storage of a server, unless that was done before in this run.
    ///
    /// - Parameters:
    ///   - keys: The archives, by their names in the bucket.
    ///   - temporary: A folder in them that nobody needs when the run is over.
    /// - Returns: Whether they are there; false where the service refuses, so that each phone must get its own copy.
    /// - Throws: `CloudError`, ``ServiceError``, `CancellationError`: whether they are there is not known.
    func bring(
        _ keys: [String], of bucket: String, to server: String, temporary: RemotePath? = nil,
        during attempt: BatchedAttempt
    ) async throws -> Bool {
        let load = Load(server: server, bucket: bucket, keys: keys)
        return try await loads.value(for: load, during: attempt) { [self] attempt in
            if let temporary { _ = state.withLock { $0.temporary[temporary, default: []].insert(server) } }
            for key in keys {
                let call = BatchCall.server(.pushFiles(bucket: bucket, key: key))
                let answer = try await calls.answer(to: call, for: CallSubject(server: server), during: attempt)
                guard case .failed(let fault, let output) = answer else { continue }
                note(ServiceError(fault, saying: output, "share files").reason, server)
                return false
            }
            return true
        }
    }

    /// Tells of a refusal, once for each server.
    private func note(_ reason: String, _ server: String) {
        guard state.withLock({ $0.refusals.insert(server).inserted }) else { return }
        tell("the server \(server) does not share files, so each of its phones gets its own copy: \(reason)")
    }

    /// An app as it lies on shelves; made once for all.
    ///
    /// - Throws: `FarmError`.
    func app(_ app: AppPayload) throws(FarmError) -> ShelfApp {
        let id = ShelfApp.id(of: app)
        return try state.withLock { (state) throws(FarmError) in
            if let known = state.apps[id] { return known }
            let made = try ShelfApp(app, id: id)
            state.apps[id] = made
            return made
        }
    }

    /// Removes what is of no use any more; what cannot be removed is told, and stays.
    func clear() async {
        let (temporary, lane) = (
            state.withLock { state in
                defer { state.temporary = [:] }
                return state.temporary
            }, calls.lane
        )
        await withTaskGroup { group in
            for (folder, servers) in temporary {
                let call = BatchCall.server(.deleteFiles([folder.path]))
                for server in servers {
                    group.addTask(executorPreference: lane) { [calls, tell] in
                        do {
                            _ = try await withDeadline(total: .seconds(120), on: lane) {
                                try await calls.answer(
                                    to: call, for: CallSubject(server: server), during: BatchedAttempt())
                            }
                        } catch {
                            tell("\(folder) stays in the shared storage of the server \(server): \(error)")
                        }
                    }
                }
            }
        }
    }
}
