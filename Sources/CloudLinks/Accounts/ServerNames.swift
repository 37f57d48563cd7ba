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
        let found = servers.filter { $0.name == name }
        guard found.count == 1, let only = found.first else {
            throw ServiceError(
                "no-server", operation: "find the server \(name) in \(client.account.name)",
                reason: found.isEmpty
                    ? "the account has no server of this name" : "the account has \(found.count) servers of this name",
                advice: "add `id:` to the server in the farm file")
        }
        return only.id
    }
}
