public import JSON

/// Lists the servers with certain labels.
public struct ListResourceInstancesOperation: PagedOperation {
    /// What it lists.
    public typealias Element = TaggedResource

    /// What it sends and gets (Cloud Phone API, ListResourceInstances).
    public static let shape = OperationShape(
        "ListResourceInstances", .post, "/v1/{project_id}/{resource_type}/resource_instances/action",
        body: [
            .text("action").ruled(.oneOf(["filter", "count"])).required,
            .text("offset").ruled(.pageStart, "a number in a text"),
            .text("limit").ruled(.pageSize(mostPerPage), "a number in a text"),
            .boolean("without_any_tag").ruled(nil, "only servers without labels"),
            .objects("tags", TagValues.fields).ruled(.count(0...10, of: "labels"), "labels that must all be there"),
            .objects("matches", [.text("key").ruled(.oneOf(["resource_name"])).required, .text("value").required])
                .ruled(nil, "the exact name of a server"),
        ], answer: Self.answer, hazard: .read, permission: .action("cph:resource:listResourcesByTag"))
    /// The most entries of one page.
    public static let mostPerPage = 1000

    /// Entries of one page; nil for what the service takes by itself.
    public var limit: Int?
    /// Where the page begins.
    public var start = PageStart.first

    /// Labels that must be there, each with one of its values; at most 10.
    public var tags: [TagValues]
    /// The exact name of a server.
    public var resourceName: String?
    /// Whether only servers without labels are wanted.
    public var isUntagged: Bool?
    /// Whether only their number is wanted.
    public var countsOnly = false

    /// Names what is wanted.
    public init(tags: [TagValues] = [], resourceName: String? = nil, isUntagged: Bool? = nil, limit: Int? = nil) {
        self.tags = tags
        self.resourceName = resourceName
        self.isUntagged = isUntagged
        self.limit = limit
    }

    /// The gaps of the path.
    public var pathValues: [String: String] { ["resource_type": ResourceType.server] }

    /// The members of the body.
    public var bodyValues: [String: JSONValue?] {
        [
            "action": countsOnly ? "count" : "filter",
            "offset": countsOnly ? nil : start.offset.map { .text(String($0)) },
            "limit": countsOnly ? nil : limit.map { .text(String($0)) },
            "without_any_tag": isUntagged.map(JSONValue.boolean),
            "tags": tags.isEmpty ? nil : .array(tags.map(\.body)),
            "matches": resourceName.map { [["key": "resource_name", "value": .text($0)]] },
        ]
    }
}
