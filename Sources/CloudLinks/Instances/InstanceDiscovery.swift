import CloudPhone
import Farm
import KooPhone
import Lanes

extension CloudAccounts {
    /// Asks an account which phones it rents, and what they do: a page and a call for each hundred.
    func discoverInstances(
        _ servers: [(Server, CloudServer)], of account: String, into answer: inout Discovered
    ) async throws {
        let client = try session(of: account).client
        for (server, cloud) in servers {
            let instances = try await client.all(ListInstancesOperation(poolName: cloud.pool))
            if instances.isEmpty, let pool = cloud.pool {
                answer.complaints.append(
                    (
                        server.name,
                        ServiceError(
                            "no-server", operation: "find the pool \(pool) in \(account)",
                            reason: "the account shows no phones there",
                            advice: "look at its name, or leave `pool` out for all phones of the account")
                    ))
            }
            let states = try await states(of: instances.map(\.id), client)
            for instance in instances {
                let place = CloudPlace(account: account, server: instance.id, phone: instance.id)
                answer.phones.append(
                    DiscoveredPhone(
                        server: server.name, serial: instance.name.isEmpty ? instance.id : instance.name,
                        properties: Self.properties(of: instance, states[instance.id]), waysIn: [.cloud(place)],
                        id: instance.id))
            }
        }
        answer.phones.sort { ($0.server, $0.serial, $0.id ?? "") < ($1.server, $1.serial, $1.id ?? "") }
    }

    private func states(of ids: [String], _ client: CloudClient) async throws -> [String: InstanceStatus] {
        var states: [String: InstanceStatus] = [:]
        var rest = ids[...]
        while !rest.isEmpty {
            let part = Array(rest.prefix(InstanceRules.most))
            rest = rest.dropFirst(part.count)
            let told = try await client.send(BatchShowInstanceOperation(instanceIDs: part))
            for entry in told.entries { states[entry.instanceID] = entry.status }
        }
        return states
    }

    /// What selectors can ask of a phone without asking it: `koophone.status=ready`.
    private static func properties(of instance: Instance, _ status: InstanceStatus?) -> [String: String] {
        [
            "koophone.status": status?.description ?? "", Farm.CloudAccount.Kind.koophone.idProperty: instance.id,
            "koophone.model": instance.model ?? "", "koophone.user": instance.user ?? "",
        ].filter { !$0.value.isEmpty }
    }
}
