/// Lists the images of phones.
public struct ListCloudPhoneImagesOperation: PagedOperation {
    /// What it lists.
    public typealias Element = PhoneImage

    /// What it sends and gets (Cloud Phone API, ListCloudPhoneImages).
    public static let shape = OperationShape(
        "ListCloudPhoneImages", .get, "/v1/{project_id}/cloud-phone/phone-images",
        query: [
            .text("image_type").ruled(.oneOf(["public", "private", "share", "all"])), .text("marker"),
            .pageSize(mostPerPage),
        ], answer: Self.answer, hazard: .read, permission: .action("cph:images:list"))
    /// The most entries of one page.
    public static let mostPerPage = 500

    /// Entries of one page; nil for what the service takes by itself.
    public var limit: Int?
    /// Where the page begins.
    public var start = PageStart.first

    /// `public`, `private`, `share` or `all`.
    public var imageType: String?

    /// Names what is wanted.
    public init(imageType: String? = nil, limit: Int? = nil) {
        self.imageType = imageType
        self.limit = limit
    }

    /// The parts of the query.
    public var queryValues: [String: String?] {
        pageQuery.merging(["image_type": imageType]) { $1 }
    }
}
