public import JSON

/// Gives a server another name.
public struct UpdateServerNameOperation: CloudOperation {
    /// What a success brings.
    public typealias Answer = CheckedAnswer

    /// What it sends and gets (Cloud Phone API, UpdateServerName).
    public static let shape = OperationShape(
        "UpdateServerName", .put, "/v1/{project_id}/cloud-phone/servers/{server_id}",
        body: [.text("server_name").ruled(.name(of: "server")).required], answer: Self.answer, hazard: .change,
        permission: .action("cph:servers:updateName"))

    /// The server.
    public var serverID: String
    /// Its new name, at most 60 characters.
    public var serverName: String

    /// Names what is wanted.
    public init(serverID: String, serverName: String) {
        self.serverID = serverID
        self.serverName = serverName
    }

    /// The gaps of the path.
    public var pathValues: [String: String] { ["server_id": serverID] }

    /// The members of the body.
    public var bodyValues: [String: JSONValue?] {
        ["server_name": .text(serverName)]
    }
}
