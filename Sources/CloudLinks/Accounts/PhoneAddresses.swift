import CloudPhone
import Farm
import Lanes

/// Where the ADB ports of an account's phones are.
///
/// The service tells it one phone at a time (Cloud Phone API, ShowCloudPhoneDetail); so it is asked only for phones that
/// are dialled, and what it told is kept until the phone changes.
actor PhoneAddresses {
    private nonisolated let client: CloudClient
    private nonisolated let lane: Lane
    private nonisolated let file: AddressFile?
    private nonisolated let tell: @Sendable (String) -> Void
    /// What is known of phones, by their ids; nil before the file was read.
    private var known: [String: AddressFile.Entry]?
    /// When the service told it; phones that the file alone knows are missing.
    private var asked: [String: LaneInstant] = [:]
    /// When phones were last changed, as the service has listed them.
    private var updates: [String: String] = [:]
    /// The public addresses of servers, by their ids.
    private var publicHosts: [String: String] = [:]
    private var listed: LaneInstant?
    private var listing: Task<Void, any Error>?
    private var isTold = false

    nonisolated var unownedExecutor: UnownedSerialExecutor { lane.asUnownedSerialExecutor() }

    /// What was asked for within this time is not asked for again, whoever fails.
    private static let fresh = Duration.seconds(60)

    /// - Parameters:
    ///   - file: What is kept between runs; nil for nothing.
    ///   - tell: Told why the file is of no use, once.
    init(_ client: CloudClient, file: AddressFile?, tell: @escaping @Sendable (String) -> Void) {
        self.client = client
        self.file = file
        self.tell = tell
        lane = client.lane
    }

    /// Takes over what lists tell: the public addresses of servers.
    func note(_ servers: [ListedServer]) {
        publicHosts = [:]
        for server in servers {
            publicHosts[server.id] = server.addresses.lazy.compactMap(\.publicAddress).first
        }
        listed = lane.now
    }

    /// Takes over what lists tell: when phones were last changed.
    func note(_ phones: [ListedPhone]) {
        for phone in phones { updates[phone.id] = phone.updateTime ?? "" }
    }

    /// Forgets everything that was told, here and in the file.
    func forget() {
        known = [:]
        asked = [:]
        file?.remove()
    }

    /// Where a phone's ADB port is.
    ///
    /// - Parameter failed: An address that led nowhere.
    /// - Throws: `CloudError`, `CancellationError`.
    func address(of place: CloudPlace, insteadOf failed: CloudADBAddress?) async throws -> CloudADBAddress {
        let project = try await client.projectID()
        // The list is asked for first, as questions about single phones fill the account's limit.
        if listed == nil || failed != nil && isOld(listed) { try await listServers() }
        let entry = try await entry(of: place.phone, insteadOf: failed)
        return CloudADBAddress(
            phone: entry.phone, network: entry.network, publicHost: publicHosts[place.server], project: project)
    }

    private func entry(of id: String, insteadOf failed: CloudADBAddress?) async throws -> AddressFile.Entry {
        if let entry = remembered(id) {
            guard let failed, failed.phone == entry.phone, failed.network == entry.network else { return entry }
            guard isOld(asked[id]) else { return entry }
        }
        let detail = try await client.send(ShowCloudPhoneDetailOperation(phoneID: id))
        let adb = detail.adb
        let entry = AddressFile.Entry(
            phone: Self.address(adb?.phoneAddress, adb?.phonePort),
            network: Self.address(adb?.serverAddress, adb?.serverPort),
            updated: detail.phone.updateTime ?? updates[id] ?? "")
        updates[id] = entry.updated
        asked[id] = lane.now
        // One without a port is asked for again by the next run: a port may be opened without the phone being changed.
        let isNew = known?[id] != entry && (entry.phone != nil || entry.network != nil)
        known?[id] = entry
        if isNew, let note = file?.add(id, entry) { tellOnce(note) }
        return entry
    }

    /// What is known of a phone, unless the phone has changed since.
    private func remembered(_ id: String) -> AddressFile.Entry? {
        if known == nil {
            let found = file?.read()
            known = found?.entries ?? [:]
            if let note = found?.note { tellOnce(note) }
        }
        guard let entry = known?[id] else { return nil }
        return updates[id].map { $0 == entry.updated } ?? true ? entry : nil
    }

    private func tellOnce(_ note: String) {
        if !isTold { tell(note) }
        isTold = true
    }

    /// Whether something was asked for so long ago that asking anew may tell something else.
    private func isOld(_ instant: LaneInstant?) -> Bool {
        instant.map { lane.now.since($0) >= Self.fresh } ?? true
    }

    /// Lists the servers, once for all who ask meanwhile.
    private func listServers() async throws {
        let task =
            listing
            ?? Task(executorPreference: lane) {
                let servers = try await self.client.all(ListCloudPhoneServersOperation())
                await self.note(servers)
            }
        listing = task
        defer { listing = nil }
        try await task.value
    }

    private static func address(_ host: String?, _ port: Int?) -> Address? {
        guard let host, let port = port.flatMap(UInt16.init(exactly:)), port > 0 else { return nil }
        // What a service tells is read as strictly as what people write.
        let text = host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        return try? Address(parsing: text)
    }
}
