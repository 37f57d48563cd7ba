/// Lists the project's own images, and those that others share.
public struct ListImagesOperation: PagedOperation {
    /// What it lists.
    public typealias Element = CustomImage

    /// What it sends and gets (Cloud Phone API, ListImages).
    public static let shape = OperationShape(
        "ListImages", .get, "/v1/{project_id}/cloud-phone/images",
        query: [
            .text("image_type").ruled(.oneOf(["private", "share"])),
            .integer("status").ruled(.numbers([0, 1, 2]), "0 creating, 1 ready, 2 failed"), .pageStart,
            .pageSize(mostPerPage), .text("image_id").ruled(.token(of: "image")), .text("image_name"),
            .integer("create_since").ruled(nil, "time stamp in milliseconds"),
            .integer("create_until").ruled(nil, "time stamp in milliseconds"),
            .text("src_project_id").ruled(.token(of: "project"), "the project that shares it"),
        ], answer: Self.answer, hazard: .read, permission: .action("cph:images:list"))
    /// The most entries of one page.
    public static let mostPerPage = 100

    /// Entries of one page; nil for what the service takes by itself.
    public var limit: Int?
    /// Where the page begins.
    public var start = PageStart.first

    /// `private` or `share`; nil for both.
    public var imageType: String?
    /// 0 creating, 1 ready, 2 failed; nil for all.
    public var status: Int?
    /// One image.
    public var imageID: String?
    /// The name.
    public var imageName: String?
    /// Made at or after this time stamp.
    public var createSince: Int?
    /// Made at or before this time stamp.
    public var createUntil: Int?
    /// The project that shares it.
    public var sourceProjectID: String?

    /// Names what is wanted.
    public init(
        imageType: String? = nil, status: Int? = nil, imageID: String? = nil, imageName: String? = nil,
        createSince: Int? = nil, createUntil: Int? = nil, sourceProjectID: String? = nil, limit: Int? = nil
    ) {
        self.imageType = imageType
        self.status = status
        self.imageID = imageID
        self.imageName = imageName
        self.createSince = createSince
        self.createUntil = createUntil
        self.sourceProjectID = sourceProjectID
        self.limit = limit
    }

    /// The parts of the query.
    public var queryValues: [String: String?] {
        pageQuery.merging([
            "image_type": imageType, "status": status.map { String($0) }, "image_id": imageID,
            "image_name": imageName, "create_since": createSince.map { String($0) },
            "create_until": createUntil.map { String($0) }, "src_project_id": sourceProjectID,
        ]) { $1 }
    }
}
