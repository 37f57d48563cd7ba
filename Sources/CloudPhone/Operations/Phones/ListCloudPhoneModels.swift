/// Lists the specifications of phones.
public struct ListCloudPhoneModelsOperation: PagedOperation {
    /// What it lists.
    public typealias Element = PhoneModel

    /// What it sends and gets (Cloud Phone API, ListCloudPhoneModels).
    public static let shape = OperationShape(
        "ListCloudPhoneModels", .get, "/v1/{project_id}/cloud-phone/phone-models",
        query: [
            .integer("status").ruled(.numbers([0, 1]), "0 offline, 1 in use"), .pageStart, .pageSize(mostPerPage),
        ], answer: Self.answer, hazard: .read, permission: .action("cph:system:listPhoneSpecifications"))
    /// The most entries of one page.
    public static let mostPerPage = 100

    /// Entries of one page; nil for what the service takes by itself.
    public var limit: Int?
    /// Where the page begins.
    public var start = PageStart.first

    /// 0 offline, 1 in use; nil for all.
    public var status: Int?

    /// Names what is wanted.
    public init(status: Int? = nil, limit: Int? = nil) {
        self.status = status
        self.limit = limit
    }

    /// The parts of the query.
    public var queryValues: [String: String?] {
        pageQuery.merging(["status": status.map { String($0) }]) { $1 }
    }
}
