/// Lists the labels of a server.
public struct ListResourceTagsOperation: CloudOperation {
    /// What a success brings.
    public typealias Answer = ServerTags

    /// What it sends and gets (Cloud Phone API, ListResourceTags).
    public static let shape = OperationShape(
        "ListResourceTags", .get, "/v1/{project_id}/{resource_type}/{resource_id}/tags", answer: Self.answer,
        hazard: .read, permission: .action("cph:resource:listTagsForResource"))

    /// The server.
    public var serverID: String

    /// Names what is wanted.
    public init(serverID: String) {
        self.serverID = serverID
    }

    /// The gaps of the path.
    public var pathValues: [String: String] { ["resource_type": ResourceType.server, "resource_id": serverID] }
}
