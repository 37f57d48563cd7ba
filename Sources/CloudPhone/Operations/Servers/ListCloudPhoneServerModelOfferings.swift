/// Lists which specifications of servers can be bought where.
public struct ListCloudPhoneServerModelOfferingsOperation: PagedOperation {
    /// What it lists.
    public typealias Element = ModelOffering

    /// What it sends and gets (Cloud Phone API, ListCloudPhoneServerModelOfferings).
    public static let shape = OperationShape(
        "ListCloudPhoneServerModelOfferings", .get, "/v1/{project_id}/server-model-offerings",
        query: [.text("marker"), .pageSize(mostPerPage)], answer: Self.answer, hazard: .read,
        permission: .action("cph:system:listServerTypesSoldOutStatus"))
    /// The most entries of one page.
    public static let mostPerPage = 1000

    /// Entries of one page; nil for what the service takes by itself.
    public var limit: Int?
    /// Where the page begins.
    public var start = PageStart.first

    /// Names what is wanted.
    public init(limit: Int? = nil) {
        self.limit = limit
    }

    /// The parts of the query.
    public var queryValues: [String: String?] { pageQuery }
}
