public import JSON

/// Unpacks a tar from the storage into the shared storage of servers, for all their phones.
public struct PushShareFilesOperation: StartingOperation {
    /// What it sends and gets (Cloud Phone API, PushShareFiles).
    public static let shape = OperationShape(
        "PushShareFiles", .post, "/v1/{project_id}/cloud-phone/phones/share-files",
        body: [
            .text("bucket_name").ruled(.bucket).required, .text("object_path").ruled(.tar).required,
            .texts("server_ids").ruled(.ids(of: "server")).required,
        ],
        answer: Self.answer, hazard: .change, startsJobs: true, permission: .action("cph:servers:pushShareFiles"))
    /// What its jobs are about.
    public static let subject = JobSubject.Kind.server
    /// How soon and how long its jobs are looked at.
    public static let jobKind = JobKind.shared

    /// The bucket.
    public var bucketName: String
    /// The tar's key.
    public var objectPath: String
    /// The servers.
    public var serverIDs: [String]

    /// Names what is wanted.
    public init(bucketName: String, objectPath: String, serverIDs: [String]) {
        self.bucketName = bucketName
        self.objectPath = objectPath
        self.serverIDs = serverIDs
    }

    /// The members of the body.
    public var bodyValues: [String: JSONValue?] {
        [
            "bucket_name": .text(bucketName), "object_path": .text(objectPath),
            "server_ids": .array(serverIDs.map(JSONValue.text)),
        ]
    }
}
