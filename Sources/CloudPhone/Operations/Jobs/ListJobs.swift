public import JSON

/// Lists the jobs of up to 20 calls.
public struct ListJobsOperation: PagedOperation {
    /// What it lists.
    public typealias Element = CloudJob

    /// What it sends and gets (Cloud Phone API, ListJobs).
    public static let shape = OperationShape(
        "ListJobs", .get, "/v1/{project_id}/cloud-phone/jobs",
        query: [
            .text("request_id").ruled(.token(of: "call")),
            .text("request_ids").ruled(.tokens(of: "call", most: mostCalls), "joined by commas"), .pageStart,
            .pageSize(mostPerPage),
        ], answer: Self.answer,
        hazard: .read, permission: .action("cph:jobs:list"))
    /// The most entries of one page.
    public static let mostPerPage = 100

    /// Entries of one page; nil for what the service takes by itself.
    public var limit: Int?
    /// Where the page begins.
    public var start = PageStart.first

    /// The calls that started them, 1 to 20.
    public var requestIDs: [String]

    /// Names what is wanted.
    public init(requestIDs: [String], limit: Int? = nil) {
        self.requestIDs = requestIDs
        self.limit = limit
    }

    /// The parts of the query.
    public var queryValues: [String: String?] {
        pageQuery.merging(["request_ids": requestIDs.joined(separator: ",")]) { $1 }
    }

    /// Looks whether a call is named at all.
    public static func checkWhole(_ given: [String: JSONValue]) throws(CheckFault) {
        guard given["request_id"] != nil || given["request_ids"] != nil else {
            throw CheckFault("no call is named", advice: "give request_id or request_ids")
        }
    }

    /// The most calls that can be asked for at a time.
    public static let mostCalls = 20
}
