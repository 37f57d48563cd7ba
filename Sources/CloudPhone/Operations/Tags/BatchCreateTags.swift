public import JSON

/// Puts labels on a server.
public struct BatchCreateTagsOperation: CloudOperation {
    /// What a success brings.
    public typealias Answer = EmptyAnswer

    /// What it sends and gets (Cloud Phone API, BatchCreateTags).
    public static let shape = OperationShape(
        "BatchCreateTags", .post, "/v1/{project_id}/{resource_type}/{resource_id}/tags/action",
        body: [
            .text("action").ruled(.oneOf(["create"])).required,
            .objects("tags", ResourceTag.fields).ruled(.some(of: "label")).required,
        ], answer: Self.answer,
        hazard: .change, permission: .action("cph:resource:tagResource"))

    /// The server.
    public var serverID: String
    /// The labels.
    public var tags: [ResourceTag]

    /// Names what is wanted.
    public init(serverID: String, tags: [ResourceTag]) {
        self.serverID = serverID
        self.tags = tags
    }

    /// The gaps of the path.
    public var pathValues: [String: String] { ["resource_type": ResourceType.server, "resource_id": serverID] }

    /// The members of the body.
    public var bodyValues: [String: JSONValue?] {
        ["action": "create", "tags": .array(tags.map(\.body))]
    }
}
