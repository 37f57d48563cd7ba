public import JSON

/// Restarts encode services.
public struct RestartEncodeServerOperation: StartingOperation {
    /// What it sends and gets (Cloud Phone API, RestartEncodeServer).
    public static let shape = OperationShape(
        "RestartEncodeServer", .post, "/v1/{project_id}/cloud-phone/encode-servers/batch-restart",
        body: [.texts("encode_server_ids").ruled(.ids(of: "encode service")).required], answer: Self.answer,
        hazard: .disrupt, startsJobs: true, permission: .action("cph:servers:restartEncodeServers"))
    /// What its jobs are about.
    public static let subject = JobSubject.Kind.encodeServer
    /// How soon and how long its jobs are looked at.
    public static let jobKind = JobKind.power

    /// The encode services.
    public var encodeServerIDs: [String]

    /// Names what is wanted.
    public init(encodeServerIDs: [String]) {
        self.encodeServerIDs = encodeServerIDs
    }

    /// The members of the body.
    public var bodyValues: [String: JSONValue?] {
        ["encode_server_ids": .array(encodeServerIDs.map(JSONValue.text))]
    }
}
