/// Lists the specifications of servers.
public struct ListCloudPhoneServerModelsOperation: PagedOperation {
    /// What it lists.
    public typealias Element = ServerModel

    /// What it sends and gets (Cloud Phone API, ListCloudPhoneServerModels).
    public static let shape = OperationShape(
        "ListCloudPhoneServerModels", .get, "/v1/{project_id}/cloud-phone/server-models",
        query: [
            .integer("product_type").ruled(.numbers([0, 1]), "0 phones, 1 games"), .text("marker"),
            .pageSize(mostPerPage),
        ], answer: Self.answer, hazard: .read, permission: .action("cph:system:listServerTypes"))
    /// The most entries of one page.
    public static let mostPerPage = 100

    /// Entries of one page; nil for what the service takes by itself.
    public var limit: Int?
    /// Where the page begins.
    public var start = PageStart.first

    /// 0 for phones, 1 for games.
    public var productType: Int?

    /// Names what is wanted.
    public init(productType: Int? = nil, limit: Int? = nil) {
        self.productType = productType
        self.limit = limit
    }

    /// The parts of the query.
    public var queryValues: [String: String?] {
        pageQuery.merging(["product_type": productType.map { String($0) }]) { $1 }
    }
}
