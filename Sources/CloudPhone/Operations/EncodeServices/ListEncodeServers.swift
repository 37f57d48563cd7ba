/// Lists encode services.
public struct ListEncodeServersOperation: PagedOperation {
    /// What it lists.
    public typealias Element = EncodeService

    /// What it sends and gets (Cloud Phone API, ListEncodeServers).
    public static let shape = OperationShape(
        "ListEncodeServers", .get, "/v1/{project_id}/cloud-phone/encode-servers",
        query: [
            .pageStart, .pageSize(mostPerPage), .integer("type").ruled(.numbers([0, 1]), "0 servers, 1 containers"),
            .integer("status"), .text("server_id").ruled(.id(of: "server")),
        ],
        answer: Self.answer, hazard: .read, permission: .action("cph:servers:listEncodeServers"))
    /// The most entries of one page.
    public static let mostPerPage = 100

    /// Entries of one page; nil for what the service takes by itself.
    public var limit: Int?
    /// Where the page begins.
    public var start = PageStart.first

    /// 0 for servers, 1 for containers.
    public var type: Int?
    /// The state, by the number that filters have.
    public var status: Int?
    /// The server of which they are part.
    public var serverID: String?

    /// Names what is wanted.
    public init(type: Int? = nil, status: Int? = nil, serverID: String? = nil, limit: Int? = nil) {
        self.type = type
        self.status = status
        self.serverID = serverID
        self.limit = limit
    }

    /// The parts of the query.
    public var queryValues: [String: String?] {
        pageQuery.merging([
            "type": type.map { String($0) }, "status": status.map { String($0) }, "server_id": serverID,
        ]) { $1 }
    }
}
