public import CloudPhone

/// Lists the instances of an account.
public struct ListInstancesOperation: PagedOperation {
    /// What it lists.
    public typealias Element = Instance

    /// What it sends and gets (Cloud Phone API, KooPhone).
    public static let shape = OperationShape(
        "ListInstances", .get, "/v1/instances/batch-query",
        query: [
            .integer("page_no").ruled(.range(1...1_000_000)), .integer("page_size").ruled(.pageSize(mostPerPage)),
            .text("instance_id"), .text("instance_name"), .text("query_start_time"), .text("query_end_time"),
            .text("pool_scene_tag"), .text("pool_name"), .text("order"), .text("order_by"),
        ], answer: Self.answer, hazard: .read, permission: .action("koophone:cloudphoneResource:queryInstanceBatch"),
        service: .koophone(id: .query))
    /// Entries of one page; the service's own bound is not published.
    public static let mostPerPage = 100
    /// Its pages are counted from 1.
    public static let isNumbered = true

    /// Entries of one page; nil for as many as are sensible.
    public var limit: Int?
    /// Where the page begins; behind a whole number of pages.
    public var start = PageStart.first

    /// The pool in which they are; nil for all.
    public var poolName: String?
    /// Their name.
    public var instanceName: String?
    /// The id of the only one.
    public var instanceID: String?

    /// Names what is wanted.
    public init(
        poolName: String? = nil, instanceName: String? = nil, instanceID: String? = nil, limit: Int? = nil
    ) {
        self.poolName = poolName
        self.instanceID = instanceID
        self.instanceName = instanceName
        self.limit = limit
    }

    /// The parts of the query.
    public var queryValues: [String: String?] {
        let size = limit ?? Self.mostPerPage
        return [
            "page_no": String((start.offset ?? 0) / size + 1), "page_size": String(size), "pool_name": poolName,
            "instance_name": instanceName, "instance_id": instanceID,
        ]
    }
}
