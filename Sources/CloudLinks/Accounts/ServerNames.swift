import CloudPhone
import Farm
import Lanes

/// Which servers an account has, asked once for all who know a server by its name alone.
actor ServerNames {
    private nonisolated let client: CloudClient
    private nonisolated let lane: Lane
    private var listing: Task<[ListedServer], any Error>?

    nonisolated var unownedExecutor: UnownedSerialExecutor { lane.asUnownedSerialExecutor() }

    init(_ client: CloudClient) {
        self.client = client
        lane = client.lane
    }

    /// The id of the only server of that name.
    ///
    /// - Throws: ``ServiceError`` when there is none, or more than one; `CloudError`.
    func id(of name: String) async throws -> String {
        let task =
            listing
            ?? Task(executorPreference: lane) { [client] in
                try await client.all(ListCloudPhoneServersOperation())
            }
        listing = task
        let servers: [ListedServer]
        do {
            servers = try await task.value
        } catch {
            listing = nil
            throw error
        }
        return try servers.one(named: name, id: nil, in: client.account.name).id
    }
}
