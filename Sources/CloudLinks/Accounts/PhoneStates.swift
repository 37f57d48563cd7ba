import CloudPhone
import Farm
import Lanes

/// What the service says of phones: those who ask within a moment share one listing.
actor PhoneStates {
    private nonisolated let client: CloudClient
    private nonisolated let lane: Lane
    private var waiting: [String: [Waiter<[ListedPhone]>]] = [:]

    nonisolated var unownedExecutor: UnownedSerialExecutor { lane.asUnownedSerialExecutor() }

    init(_ client: CloudClient) {
        self.client = client
        lane = client.lane
    }

    /// The state of a phone; nil when its server does not have it.
    ///
    /// - Throws: `CloudError`, `CancellationError`.
    func state(of place: CloudPlace) async throws -> PhoneStatus? {
        try await phones(of: place.server).first { $0.id == place.phone }?.status
    }

    /// The phones of a server.
    ///
    /// - Throws: `CloudError`, `CancellationError`.
    func phones(of server: String) async throws -> [ListedPhone] {
        let waiter = Waiter<[ListedPhone]>()
        let isFirst = waiting.isEmpty
        waiting[server, default: []].append(waiter)
        if isFirst { Task(executorPreference: lane) { await self.look() } }
        return try await waiter.value()
    }

    /// Servers beyond this many are listed together with all others of the account.
    private static let listedAlone = 4

    private func look() async {
        // Nobody cancels this task.
        try? await lane.sleep(for: Coalescer.quiet)
        let asked = waiting
        waiting = [:]
        do {
            var known: [String: [ListedPhone]] = [:]
            if asked.count <= Self.listedAlone {
                for server in asked.keys.sorted() {
                    known[server] = try await client.all(ListCloudPhonesOperation(serverID: server))
                }
            } else {
                for phone in try await client.all(ListCloudPhonesOperation()) {
                    known[phone.serverID, default: []].append(phone)
                }
            }
            for (server, waiters) in asked {
                for waiter in waiters { waiter.resume(with: .success(known[server] ?? [])) }
            }
        } catch {
            for waiter in asked.values.joined() { waiter.resume(with: .failure(error)) }
        }
    }
}
