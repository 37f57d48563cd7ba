/// Lists the servers of a project, the newest first.
public struct ListCloudPhoneServersOperation: PagedOperation {
    /// What it lists.
    public typealias Element = ListedServer

    /// What it sends and gets (Cloud Phone API, ListCloudPhoneServers).
    public static let shape = OperationShape(
        "ListCloudPhoneServers", .get, "/v1/{project_id}/cloud-phone/servers",
        query: [
            .pageStart, .pageSize(mostPerPage), .text("server_name").ruled(nil, "a part of the name"),
            .text("server_id").ruled(.id(of: "server")),
            .text("network_version").ruled(.oneOf(["v1", "v2"]), "the system's network or the user's own"),
            .text("phone_model_name"), .integer("create_since").ruled(nil, "time stamp in milliseconds"),
            .integer("create_until").ruled(nil, "time stamp in milliseconds"), .integer("status"),
        ], answer: Self.answer, hazard: .read, permission: .action("cph:servers:list"))
    /// The most entries of one page.
    public static let mostPerPage = 100

    /// Entries of one page; nil for what the service takes by itself.
    public var limit: Int?
    /// Where the page begins.
    public var start = PageStart.first

    /// A part of the name.
    public var serverName: String?
    /// One server.
    public var serverID: String?
    /// `v1` or `v2`.
    public var networkVersion: String?
    /// The specification of its phones.
    public var phoneModelName: String?
    /// Made at or after this time stamp.
    public var createSince: Int?
    /// Made at or before this time stamp.
    public var createUntil: Int?
    /// The state, by its number.
    public var status: Int?

    /// Names what is wanted.
    public init(
        serverName: String? = nil, serverID: String? = nil, networkVersion: String? = nil,
        phoneModelName: String? = nil, createSince: Int? = nil, createUntil: Int? = nil, status: Int? = nil,
        limit: Int? = nil
    ) {
        self.serverName = serverName
        self.serverID = serverID
        self.networkVersion = networkVersion
        self.phoneModelName = phoneModelName
        self.createSince = createSince
        self.createUntil = createUntil
        self.status = status
        self.limit = limit
    }

    /// The parts of the query.
    public var queryValues: [String: String?] {
        pageQuery.merging([
            "server_name": serverName, "server_id": serverID, "network_version": networkVersion,
            "phone_model_name": phoneModelName, "create_since": createSince.map { String($0) },
            "create_until": createUntil.map { String($0) }, "status": status.map { String($0) },
        ]) { $1 }
    }
}
