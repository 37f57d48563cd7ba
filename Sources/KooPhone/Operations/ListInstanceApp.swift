public import CloudPhone

/// Lists the apps of an instance.
public struct ListInstanceAppOperation: PagedOperation {
    /// What it lists.
    public typealias Element = InstanceApp

    /// What it sends and gets (Cloud Phone API, KooPhone).
    public static let shape = OperationShape(
        "ListInstanceApp", .get, "/v1/instances/{instance_id}/app-list",
        query: [
            .integer("page_no").ruled(.range(1...1_000_000)), .integer("page_size").ruled(.pageSize(mostPerPage)),
            .text("app_type"),
        ], answer: Self.answer, hazard: .read, permission: .action("koophone:cloudphoneResource:queryApplicationList"),
        service: .koophone())
    /// Entries of one page; the service's own bound is not published.
    public static let mostPerPage = 100
    /// Its pages are counted from 1.
    public static let isNumbered = true

    /// Entries of one page; nil for as many as are sensible.
    public var limit: Int?
    /// Where the page begins; behind a whole number of pages.
    public var start = PageStart.first

    /// The instance.
    public var instanceID: String
    /// What kind of apps.
    public var type: String?

    /// Names what is wanted.
    public init(instanceID: String, type: String? = nil, limit: Int? = nil) {
        self.instanceID = instanceID
        self.type = type
        self.limit = limit
    }

    /// The gaps of the path.
    public var pathValues: [String: String] { ["instance_id": instanceID] }

    /// The parts of the query.
    public var queryValues: [String: String?] {
        let size = limit ?? Self.mostPerPage
        return [
            "page_no": String((start.offset ?? 0) / size + 1), "page_size": String(size), "app_type": type,
        ]
    }
}
