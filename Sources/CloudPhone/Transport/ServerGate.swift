public import Lanes

/// Lets one writing call at a time work on a server, in the order in which they come: commands of a batch block every
/// other task of their server (Cloud Phone API, limits that shape a batch).
public actor ServerGate {
    /// The right to work on servers.
    public struct Permit: Hashable, Sendable {
        fileprivate let number: Int
        /// The servers.
        public let servers: Set<String>
    }

    /// The lane on which everything happens.
    public nonisolated let lane: Lane
    private var owners: [String: Int] = [:]
    private var waiting: [(permit: Permit, waiter: Waiter<Permit>)] = []
    private var count = 0

    /// The lane's.
    public nonisolated var unownedExecutor: UnownedSerialExecutor { lane.asUnownedSerialExecutor() }

    /// Starts with no server taken.
    public init(on lane: Lane) { self.lane = lane }

    /// Waits until all of the servers are free, and takes them together, so that nobody holds some and waits for others.
    ///
    /// - Throws: `CancellationError` when the task is cancelled before that; nothing is taken then.
    public func acquire(_ servers: [String]) async throws -> Permit {
        try Task.checkCancellation()
        count += 1
        let permit = Permit(number: count, servers: Set(servers))
        let waiter = Waiter<Permit>()
        waiting.append((permit, waiter))
        move()
        return try await withTaskCancellationHandler {
            try await waiter.value(cancellable: false)
        } onCancel: {
            lane.run { [weak self] in self?.assumeIsolated { $0.leave(permit) } }
        }
    }

    /// Gives servers back, all of a permit or some whose jobs have ended.
    public func release(_ permit: Permit, _ servers: Set<String>? = nil) {
        for server in servers ?? permit.servers where owners[server] == permit.number {
            owners[server] = nil
        }
        move()
    }

    /// How many callers wait.
    public var waitingCount: Int { waiting.count }

    /// Whether somebody works on a server.
    public func isTaken(_ server: String) -> Bool { owners[server] != nil }

    /// Those who were cancelled leave the line; whoever has got the servers keeps them.
    private func leave(_ permit: Permit) {
        guard let place = waiting.firstIndex(where: { $0.permit == permit }) else { return }
        waiting.remove(at: place).waiter.resume(with: .failure(CancellationError()))
        move()
    }

    /// Lets those go whose servers are free and wanted by nobody before them.
    private func move() {
        var wanted: Set<String> = []
        waiting.removeAll { entry in
            let servers = entry.permit.servers
            guard wanted.isDisjoint(with: servers), servers.allSatisfy({ owners[$0] == nil }) else {
                wanted.formUnion(servers)
                return false
            }
            for server in servers { owners[server] = entry.permit.number }
            entry.waiter.resume(with: .success(entry.permit))
            return true
        }
    }
}
