public import JSON

/// Puts labels on a server.
public struct BatchCreateTagsOperation: CloudOperation {
    /// What a success brings.
    public typealias Answer = EmptyAnswer

    /// What it sends and gets (Cloud Phone API, BatchCreateTags).
    public static let shape = OperationShape(
        "BatchCreateTags", .post, "/v1/{project_id}/{resource_type}/{resource_id}/tags/action",
        body: [.text("action").required, .objects("tags", ResourceTag.fields).required], answer: Self.answer,
        hazard: .change)

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

    /// Looks at the arguments before anything is sent.
    public func check() throws(CheckFault) {
        try NameCheck.id(serverID, of: "server")
        guard !tags.isEmpty else { throw CheckFault("there is no label in the call") }
        for tag in tags { try tag.check() }
    }
}
