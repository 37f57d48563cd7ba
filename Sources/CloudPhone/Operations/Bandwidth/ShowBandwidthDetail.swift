/// Lists the bandwidths of servers on the system's network.
public struct ShowBandwidthDetailOperation: PagedOperation {
    /// What it lists.
    public typealias Element = ServerBandwidth

    /// What it sends and gets (Cloud Phone API, ShowBandwidthDetail).
    public static let shape = OperationShape(
        "ShowBandwidthDetail", .get, "/v1/{project_id}/cloud-phone/bandwidths",
        query: [.pageStart, .pageSize(mostPerPage)], answer: Self.answer, hazard: .read,
        permission: .action("cph:bandwidths:list"))
    /// The most entries of one page.
    public static let mostPerPage = 100

    /// Entries of one page; nil for what the service takes by itself.
    public var limit: Int?
    /// Where the page begins.
    public var start = PageStart.first

    /// Names what is wanted.
    public init(limit: Int? = nil) {
        self.limit = limit
    }

    /// The parts of the query.
    public var queryValues: [String: String?] {
        pageQuery
    }
}
