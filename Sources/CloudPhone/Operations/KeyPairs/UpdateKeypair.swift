public import JSON

/// Gives servers another key pair; whoever has only the old one is locked out.
public struct UpdateKeypairOperation: StartingOperation {
    /// What it sends and gets (Cloud Phone API, UpdateKeypair).
    public static let shape = OperationShape(
        "UpdateKeypair", .put, "/v1/{project_id}/cloud-phone/servers/open-access",
        body: [
            .objects(
                "servers",
                [.text("server_id").required, .text("keypair_name").ruled(NameCheck.keypair).required]
            ).ruled(.objects(of: "server", by: "server_id")).required
        ],
        answer: Self.answer, hazard: .lockOut, startsJobs: true, permission: .action("cph:servers:updateKeypair"))
    /// What its jobs are about.
    public static let subject = JobSubject.Kind.server
    /// How soon and how long its jobs are looked at.
    public static let jobKind = JobKind.setting

    /// The servers.
    public var serverIDs: [String]
    /// The key pair's name.
    public var keypairName: String

    /// Names what is wanted.
    public init(serverIDs: [String], keypairName: String) {
        self.serverIDs = serverIDs
        self.keypairName = keypairName
    }

    /// The members of the body.
    public var bodyValues: [String: JSONValue?] {
        [
            "servers": .array(
                serverIDs.map { ["server_id": .text($0), "keypair_name": .text(keypairName)] })
        ]
    }
}
