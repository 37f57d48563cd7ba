/// Lists the projects with which an image is shared.
public struct ListImageMembersOperation: PagedOperation {
    /// What it lists.
    public typealias Element = ImageMember

    /// What it sends and gets (Cloud Phone API, ListImageMembers).
    public static let shape = OperationShape(
        "ListImageMembers", .get, "/v1/{project_id}/cloud-phone/images/{image_id}/members",
        query: [.text("marker"), .pageSize(mostPerPage)], answer: Self.answer, hazard: .read,
        permission: .action("cph:images:getMembers"))
    /// The most entries of one page.
    public static let mostPerPage = 100

    /// Entries of one page; nil for what the service takes by itself.
    public var limit: Int?
    /// Where the page begins.
    public var start = PageStart.first

    /// The image.
    public var imageID: String

    /// Names what is wanted.
    public init(imageID: String, limit: Int? = nil) {
        self.imageID = imageID
        self.limit = limit
    }

    /// The gaps of the path.
    public var pathValues: [String: String] { ["image_id": imageID] }

    /// The parts of the query.
    public var queryValues: [String: String?] { pageQuery }
}
