/// Shows all about one server.
public struct ShowCloudPhoneServerDetailOperation: CloudOperation {
    /// What a success brings.
    public typealias Answer = ServerDetail

    /// What it sends and gets (Cloud Phone API, ShowCloudPhoneServerDetail).
    public static let shape = OperationShape(
        "ShowCloudPhoneServerDetail", .get, "/v1/{project_id}/cloud-phone/servers/{server_id}", answer: Self.answer,
        hazard: .read, permission: .action("cph:servers:get"))

    /// The server.
    public var serverID: String

    /// Names what is wanted.
    public init(serverID: String) {
        self.serverID = serverID
    }

    /// The gaps of the path.
    public var pathValues: [String: String] { ["server_id": serverID] }
}
