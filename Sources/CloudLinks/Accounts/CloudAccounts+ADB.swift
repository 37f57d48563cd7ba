import CloudPhone
public import Farm
import Lanes
import Synchronization

/// Who it was told of that ADB does not reach them.
struct WithoutADB: Sendable {
    /// Phones of a server with a trouble of their own that are told one by one.
    private static let mostPhones = 10
    private var servers: Set<String> = []
    private var phones: [String: Set<String>] = [:]

    /// The line that is due for a phone; nil when enough was told.
    mutating func line(for phone: Phone, because error: PhoneError) -> String? {
        let server = phone.server ?? ""
        let why = error.description + (error.advice.map { "; \($0)" } ?? "")
        if error.isHosts, !server.isEmpty {
            guard servers.insert(server).inserted else { return nil }
            return "\(server): its phones are used through the service of their cloud, without ADB: \(why)"
        }
        guard phones[server, default: []].count <= Self.mostPhones,
            phones[server, default: []].insert(phone.name).inserted
        else { return nil }
        guard phones[server, default: []].count <= Self.mostPhones else {
            return "\(server): more of its phones are used without ADB, and are not told one by one"
        }
        return "\(phone.name): it is used through the service of its cloud, without ADB: \(why)"
    }
}

extension CloudAccounts {
    /// Where a phone's ADB port is, from memory, from the folder of addresses, or from the service.
    ///
    /// - Parameter failed: An address that led nowhere.
    /// - Throws: ``ServiceError`` when the service does not tell; `CancellationError`.
    public func adbAddress(
        of place: CloudPlace, insteadOf failed: CloudADBAddress? = nil
    ) async throws -> CloudADBAddress {
        do {
            return try await session(of: place.account).addresses.address(of: place, insteadOf: failed)
        } catch let error as CloudError {
            throw ServiceError(error, "find the ADB port of the phone \(place.phone)")
        }
    }

    /// The way over SSH to a server of a cloud.
    ///
    /// - Returns: nil for a server whose phones ADB does not reach over SSH.
    /// - Throws: ``ServiceError`` when the account does not have it, or it has no public address; `CancellationError`.
    public func route(to server: Server) async throws -> SSHRoute? {
        guard let cloud = server.cloud, case .ssh? = cloud.adb else { return nil }
        let operation = "find the server \(server.name) in \(cloud.account)"
        do {
            let session = try session(of: cloud.account)
            let listed = try await session.client.all(ListCloudPhoneServersOperation())
            await session.addresses.note(listed)
            let found = try listed.one(named: server.name, id: cloud.id, in: cloud.account)
            let publicHost = found.addresses.lazy.compactMap(\.publicAddress).first
            let project = try await session.client.projectID()
            guard
                let route = CloudADBAddress.route(to: server.name, by: cloud.adb, at: publicHost, as: project)
            else {
                throw ServiceError(
                    "no-address", operation: operation, reason: "the server has no public address",
                    advice: "bind a public address (EIP) to it, or write `via: direct` inside its network")
            }
            return route
        } catch let error as CloudError {
            throw ServiceError(error, operation)
        }
    }

    /// Tells people that ADB does not reach a phone, and that its service is used instead.
    ///
    /// - Parameter error: Why; the trouble of a server is told once for all of its phones.
    public func tellWithoutADB(_ phone: Phone, because error: PhoneError) {
        guard let line = withoutADB.withLock({ $0.line(for: phone, because: error) }) else { return }
        options.tell(line)
    }

    /// Forgets where ADB reaches phones of these servers, also between runs, so that the next who is dialled is asked for.
    ///
    /// An account that cannot be used has nothing to forget, and says so elsewhere.
    public func forgetAddresses(of servers: [Server]) async {
        for account in Set(servers.compactMap(\.cloud?.account)).sorted() {
            guard let session = try? session(of: account) else { continue }
            await session.addresses.forget()
        }
    }
}
