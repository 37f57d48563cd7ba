/// Lists the phones of a project, the newest first.
public struct ListCloudPhonesOperation: PagedOperation {
    /// What it lists.
    public typealias Element = ListedPhone

    /// What it sends and gets (Cloud Phone API, ListCloudPhones).
    public static let shape = OperationShape(
        "ListCloudPhones", .get, "/v1/{project_id}/cloud-phone/phones",
        query: [
            .pageStart, .pageSize(mostPerPage), .text("phone_name").ruled(nil, "a part of the name"),
            .text("server_id").ruled(.id(of: "server")), .integer("status"),
            .integer("type").ruled(nil, "0 for ordinary ones"),
        ], answer: Self.answer, hazard: .read, permission: .action("cph:phones:list"))
    /// The most entries of one page.
    public static let mostPerPage = 200

    /// Entries of one page; nil for what the service takes by itself.
    public var limit: Int?
    /// Where the page begins.
    public var start = PageStart.first

    /// A part of the name.
    public var phoneName: String?
    /// The server on which they live.
    public var serverID: String?
    /// The state, by its number.
    public var status: Int?
    /// 0 for ordinary ones.
    public var type: Int?

    /// Names what is wanted.
    public init(
        phoneName: String? = nil, serverID: String? = nil, status: Int? = nil, type: Int? = nil, limit: Int? = nil
    ) {
        self.phoneName = phoneName
        self.serverID = serverID
        self.status = status
        self.type = type
        self.limit = limit
    }

    /// The parts of the query.
    public var queryValues: [String: String?] {
        pageQuery.merging([
            "phone_name": phoneName, "server_id": serverID, "status": status.map { String($0) },
            "type": type.map { String($0) },
        ]) { $1 }
    }
}
