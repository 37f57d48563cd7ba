import CloudPhone
public import Farm
import Lanes

extension CloudAccounts {
    /// What an account told of the servers that the farm file names.
    public struct Discovered: Sendable {
        /// The phones of these servers.
        public var phones: [DiscoveredPhone] = []
        /// Why an account, or one of its servers, shows nothing; by the name of the account or server.
        public var complaints: [(name: String, error: ServiceError)] = []
        /// The cloud's own id of each server that was found, by its name in the farm file.
        public var serverIDs: [String: String] = [:]
        /// The encode services of these servers.
        public var encoders: [DiscoveredEncoder] = []
    }

    /// Asks the accounts which phones the servers of the farm carry, their tags and their encode services: as few calls as
    /// pages allow, whatever the number of servers.
    ///
    /// A server that its account does not have, an account that cannot be asked, and one that keeps tags or encode services
    /// to itself, is told in the answer.
    ///
    /// - Throws: `CancellationError`.
    public func discover(_ servers: [Server]) async throws -> Discovered {
        var answer = Discovered()
        let ofClouds = servers.compactMap { server in server.cloud.map { (server, $0) } }
        var accounts: [String] = []
        for (_, cloud) in ofClouds where !accounts.contains(cloud.account) { accounts.append(cloud.account) }
        for account in accounts {
            let own = ofClouds.filter { $0.1.account == account }
            do {
                if kind(of: account) == .koophone {
                    try await discoverInstances(own, of: account, into: &answer)
                } else {
                    try await discover(own, of: account, into: &answer)
                }
            } catch let error as ServiceError {
                answer.complaints.append((account, error))
            } catch let error as CloudError {
                answer.complaints.append((account, ServiceError(error, "list the phones of \(account)")))
            }
        }
        return answer
    }

    private func discover(
        _ servers: [(Server, CloudServer)], of account: String, into answer: inout Discovered
    ) async throws {
        let session = try session(of: account)
        let client = session.client
        let listed = try await client.all(ListCloudPhoneServersOperation())
        await session.addresses.note(listed)
        let known = known(servers, listed, of: account, &answer)
        guard !known.isEmpty else { return }
        // One server by itself is listed alone; of more, the whole account takes fewer calls.
        let only = known.count == 1 ? known.keys.first : nil
        let phones = try await client.all(ListCloudPhonesOperation(serverID: only))
        await session.addresses.note(phones)
        let labels = try await labels(of: known, client, &answer)
        let storages = try await sharedStorages(of: phones, session, &answer)
        for phone in phones {
            guard let server = known[phone.serverID] else { continue }
            let place = CloudPlace(account: account, server: phone.serverID, phone: phone.id)
            let adb = server.cloud.adb.map { [WayIn.cloudADB(place, $0)] } ?? []
            answer.phones.append(
                DiscoveredPhone(
                    server: server.name, serial: phone.name.isEmpty ? phone.id : phone.name,
                    properties: Self.properties(of: phone, storages[phone.serverID]), waysIn: adb + [.cloud(place)],
                    id: phone.id,
                    labels: labels[phone.serverID] ?? []))
        }
        answer.phones.sort { ($0.server, $0.serial, $0.id ?? "") < ($1.server, $1.serial, $1.id ?? "") }
        try await findEncoders(of: known, client, &answer)
    }

    /// The servers that the account has, by their ids there; the others are told.
    private func known(
        _ servers: [(Server, CloudServer)], _ listed: [ListedServer], of account: String,
        _ answer: inout Discovered
    ) -> [String: KnownServer] {
        var known: [String: KnownServer] = [:]
        for (server, cloud) in servers {
            do throws(ServiceError) {
                let only = try listed.one(named: server.name, id: cloud.id, in: account)
                known[only.id] = KnownServer(name: server.name, account: account, cloud: cloud, listed: only)
                answer.serverIDs[server.name] = only.id
            } catch {
                answer.complaints.append((server.name, error))
            }
        }
        return known
    }

    /// What selectors can ask of a phone without asking it: `cph.status=running`, `cph.model=rx1.*`.
    private static func properties(of phone: ListedPhone, _ storage: SharedStorage?) -> [String: String] {
        let own = [
            "cph.status": phone.status.description, "cph.model": phone.modelName ?? "",
            "cph.image": phone.imageVersion ?? "", Farm.CloudAccount.Kind.cph.idProperty: phone.id,
        ].filter { !$0.value.isEmpty }
        return own.merging(storage?.properties ?? [:]) { $1 }
    }
}
