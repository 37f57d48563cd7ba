import CloudPhone
import Farm

/// A server of the farm file that its account has.
struct KnownServer: Sendable {
    /// What the farm calls it.
    let name: String
    /// The account, by its name in the farm file.
    let account: String
    let cloud: CloudServer
    let listed: ListedServer
}

extension CloudAccounts {
    /// The labels that the tags of servers make, by the servers' ids; one call for a thousand servers.
    ///
    /// - Throws: `CancellationError`; what the service refuses is told in the answer.
    func labels(
        of servers: [String: KnownServer], _ client: CloudClient, _ answer: inout Discovered
    ) async throws -> [String: [String]] {
        let account = client.account.name
        do {
            let resources = try await client.all(ListResourceInstancesOperation())
            let tagged = resources.filter { servers[$0.id] != nil }
            return Dictionary(
                tagged.map { resource in
                    (resource.id, resource.tags.compactMap { TagLabel.label(key: $0.key, value: $0.value) })
                }, uniquingKeysWith: +)
        } catch let error as CloudError {
            answer.complaints.append((account, ServiceError(error, "list the tags of the servers of \(account)")))
            return [:]
        }
    }

    /// The storage that the phones of each server share, by the servers' ids; asked for only where files can be delivered.
    ///
    /// - Throws: `CancellationError`; what the service refuses is told in the answer.
    func sharedStorages(
        of phones: [ListedPhone], _ session: AccountSession, _ answer: inout Discovered
    ) async throws -> [String: SharedStorage] {
        guard session.usesSharedStorage, !phones.isEmpty else { return [:] }
        do {
            let models = try await session.client.all(ListCloudPhoneModelsOperation())
            let sizes = Dictionary(models.map { ($0.name, $0.sharedGigabytes) }) { $0 ?? $1 }
            return Dictionary(grouping: phones, by: \.serverID).compactMapValues { phones in
                // Where specifications differ, some phones may not see it.
                let found = phones.map { $0.modelName.flatMap { sizes[$0] ?? nil } }
                guard let least = found.map({ $0 ?? 0 }).min(), least > 0 else { return nil }
                return SharedStorage(gigabytes: least, phones: phones.count)
            }
        } catch let error as CloudError {
            let words = "list the specifications of phones of \(session.name)"
            answer.complaints.append((session.name, ServiceError(error, words)))
            return [:]
        }
    }

    /// Finds the encode services of servers; those of a server that SSH reaches are behind it.
    ///
    /// - Throws: `CancellationError`; what the service refuses is told in the answer.
    func findEncoders(
        of servers: [String: KnownServer], _ client: CloudClient, _ answer: inout Discovered
    ) async throws {
        let account = client.account.name
        do {
            let only = servers.count == 1 ? servers.keys.first : nil
            let services = try await client.all(ListEncodeServersOperation(serverID: only))
            let project = try await client.projectID()
            for service in services {
                guard let server = servers[service.serverID] else { continue }
                answer.encoders.append(
                    DiscoveredEncoder(
                        server: server.name, name: service.name ?? "", id: service.id, address: service.address,
                        route: Self.route(to: service, of: server, project)))
            }
            answer.encoders.sort { ($0.server, $0.name, $0.id) < ($1.server, $1.name, $1.id) }
        } catch let error as CloudError {
            answer.complaints.append((account, ServiceError(error, "list the encode services of \(account)")))
        }
    }

    /// The way to an encode service through its server, which alone sees its address.
    private static func route(to service: EncodeService, of server: KnownServer, _ project: String) -> SSHRoute? {
        let publicHost = server.listed.addresses.lazy.compactMap(\.publicAddress).first
        guard case .ssh(let keypair, _) = server.cloud.adb, let host = service.address, !host.isEmpty else {
            return nil
        }
        let text = host.contains(":") ? "[\(host)]" : host
        guard let address = try? Address(parsing: text, defaultPort: SSHHop.defaultPort),
            let jump = CloudADBAddress.route(to: server.name, by: server.cloud.adb, at: publicHost, as: project)
        else { return nil }
        return SSHRoute(
            to: SSHHop(
                address: address, user: server.cloud.encoderUser, keypair: keypair, hostKeys: .pin,
                name: service.name.map { "\(server.name)/\(FarmName.sanitized($0))" }),
            via: jump)
    }
}
