/// Lists the labels of all servers of a project.
public struct ListProjectTagsOperation: PagedOperation {
    /// What it lists.
    public typealias Element = TagValues

    /// What it sends and gets (Cloud Phone API, ListProjectTags).
    public static let shape = OperationShape(
        "ListProjectTags", .get, "/v1/{project_id}/{resource_type}/tags",
        query: [.pageSize(mostPerPage), .pageStart], answer: Self.answer, hazard: .read,
        permission: .action("cph:resource:listTags"))
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

    /// The gaps of the path.
    public var pathValues: [String: String] { ["resource_type": ResourceType.server] }

    /// The parts of the query.
    public var queryValues: [String: String?] {
        pageQuery
    }
}
