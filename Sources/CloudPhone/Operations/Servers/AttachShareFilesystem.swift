public import JSON

/// Mounts a file system of the user's own on servers, 1 to 20.
public struct AttachShareFilesystemOperation: StartingOperation {
    /// What it sends and gets (Cloud Phone API, AttachShareFilesystem).
    public static let shape = OperationShape(
        "AttachShareFilesystem", .post, "/v1/{project_id}/servers/attach-share-filesystem",
        body: [
            .text("type").ruled(.oneOf(["sfs_turbo"])).required,
            .text("id").ruled(.token(of: "file system")).required,
            .texts("server_ids").ruled(.ids(of: "server", most: 20)).required,
            .text("path").ruled(nil, "a folder in it; the root if it is missing"),
        ], answer: Self.answer, hazard: .change, startsJobs: true)
    /// What its jobs are about.
    public static let subject = JobSubject.Kind.server
    /// How soon and how long its jobs are looked at.
    public static let jobKind = JobKind.setting

    /// The file system, of the kind SFS Turbo.
    public var fileSystemID: String
    /// The servers, 1 to 20.
    public var serverIDs: [String]
    /// A folder in it; nil for its root.
    public var path: String?

    /// Names what is wanted.
    public init(fileSystemID: String, serverIDs: [String], path: String? = nil) {
        self.fileSystemID = fileSystemID
        self.serverIDs = serverIDs
        self.path = path
    }

    /// The members of the body.
    public var bodyValues: [String: JSONValue?] {
        [
            "type": "sfs_turbo", "id": .text(fileSystemID), "server_ids": .array(serverIDs.map(JSONValue.text)),
            "path": path.map(JSONValue.text),
        ]
    }

    /// Reads an answer, whose elements have no errors of their own.
    public static func answer(reading fields: AnswerFields) throws(AnswerFault) -> StartedCall {
        try StartedCall(reading: fields, of: subject, mayBeRefused: false)
    }
}
