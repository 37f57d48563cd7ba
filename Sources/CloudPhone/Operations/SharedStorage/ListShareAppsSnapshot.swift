/// Lists the apps in the shared storage of a server, as they were at most two hours ago.
public struct ListShareAppsSnapshotOperation: PagedOperation {
    /// What it lists.
    public typealias Element = SharedApp

    /// What it sends and gets (Cloud Phone API, ListShareAppsSnapshot).
    public static let shape = OperationShape(
        "ListShareAppsSnapshot", .get, "/v1/{project_id}/servers/{server_id}/share-apps-snapshot",
        query: [.pageSize(mostPerPage), .text("marker"), .text("package_name").ruled(.package)], answer: Self.answer,
        hazard: .read, permission: .action("cph:servers:listShareAppsSnapshot"))
    /// The most entries of one page.
    public static let mostPerPage = 500

    /// Entries of one page; nil for what the service takes by itself.
    public var limit: Int?
    /// Where the page begins.
    public var start = PageStart.first

    /// The server.
    public var serverID: String
    /// One package.
    public var packageName: String?

    /// Names what is wanted.
    public init(serverID: String, packageName: String? = nil, limit: Int? = nil) {
        self.serverID = serverID
        self.packageName = packageName
        self.limit = limit
    }

    /// The gaps of the path.
    public var pathValues: [String: String] { ["server_id": serverID] }

    /// The parts of the query.
    public var queryValues: [String: String?] {
        pageQuery.merging(["package_name": packageName]) { $1 }
    }
}
