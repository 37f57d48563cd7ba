public import JSON

/// Lists the servers with certain labels.
public struct ListResourceInstancesOperation: PagedOperation {
    /// What it lists.
    public typealias Element = TaggedResource

    /// What it sends and gets (Cloud Phone API, ListResourceInstances).
    public static let shape = OperationShape(
        "ListResourceInstances", .post, "/v1/{project_id}/{resource_type}/resource_instances/action",
        body: [
            .text("action").required, .text("offset"), .text("limit"), .boolean("without_any_tag"),
            .objects("tags", TagValues.fields), .objects("matches", [.text("key").required, .text("value").required]),
        ], answer: Self.answer, hazard: .read)
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
            "action": "filter", "offset": start.offset.map { .text(String($0)) },
            "limit": limit.map { .text(String($0)) },
            "without_any_tag": isUntagged.map(JSONValue.boolean),
            "tags": tags.isEmpty ? nil : .array(tags.map(\.body)),
            "matches": resourceName.map { [["key": "resource_name", "value": .text($0)]] },
        ]
    }

    /// Looks at the arguments before anything is sent.
    public func check() throws(CheckFault) {
        try checkPage()
        guard tags.count <= 10, tags.allSatisfy({ $0.values.count <= 10 }) else {
            throw CheckFault("at most 10 labels with at most 10 values each can be asked for")
        }
    }
}
