public import JSON

/// Restarts servers with all their phones.
public struct RestartCloudPhoneServerOperation: StartingOperation {
    /// What it sends and gets (Cloud Phone API, RestartCloudPhoneServer).
    public static let shape = OperationShape(
        "RestartCloudPhoneServer", .post, "/v1/{project_id}/cloud-phone/servers/batch-restart",
        body: [.texts("server_ids").ruled(.ids(of: "server", most: 100)).required], answer: Self.answer,
        hazard: .disrupt, startsJobs: true, permission: .action("cph:servers:restart"))
    /// What its jobs are about.
    public static let subject = JobSubject.Kind.server
    /// How soon and how long its jobs are looked at.
    public static let jobKind = JobKind.power

    /// The servers, 1 to 100.
    public var serverIDs: [String]

    /// Names what is wanted.
    public init(serverIDs: [String]) {
        self.serverIDs = serverIDs
    }

    /// The members of the body.
    public var bodyValues: [String: JSONValue?] {
        ["server_ids": .array(serverIDs.map(JSONValue.text))]
    }
}
