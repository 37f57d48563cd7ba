public import JSON

/// Gives a server another specification of the same generation, with as many phones; it takes about 2 minutes and has no
/// job.
public struct ChangeCloudPhoneServerModelOperation: CloudOperation {
    /// What a success brings.
    public typealias Answer = ModelOrder

    /// What it sends and gets (Cloud Phone API, ChangeCloudPhoneServerModel).
    public static let shape = OperationShape(
        "ChangeCloudPhoneServerModel", .post, "/v1/{project_id}/cloud-phone/servers/change-server-model",
        body: [
            .text("server_id").ruled(.id(of: "server")).required,
            .text("server_model_name").ruled(.bytes(1...64, of: "the name of a specification")).required,
            .text("phone_model_name").ruled(.bytes(1...64, of: "the name of a specification")).required,
            .object("extend_param", [.integer("is_auto_pay").ruled(.numbers([0, 1]), "1 pays at once")]),
        ], answer: Self.answer, hazard: .money, permission: .action("cph:servers:changeType"))

    /// The server.
    public var serverID: String
    /// Its new specification.
    public var serverModelName: String
    /// The new specification of its phones.
    public var phoneModelName: String
    /// Whether the order is paid at once; otherwise it waits to be paid.
    public var paysAtOnce: Bool?

    /// Names what is wanted.
    public init(serverID: String, serverModelName: String, phoneModelName: String, paysAtOnce: Bool? = nil) {
        self.serverID = serverID
        self.serverModelName = serverModelName
        self.phoneModelName = phoneModelName
        self.paysAtOnce = paysAtOnce
    }

    /// The members of the body.
    public var bodyValues: [String: JSONValue?] {
        [
            "server_id": .text(serverID), "server_model_name": .text(serverModelName),
            "phone_model_name": .text(phoneModelName),
            "extend_param": paysAtOnce.map { ["is_auto_pay": $0 ? 1 : 0] },
        ]
    }
}
