public import JSON

/// Takes a file system of the user's own off servers, 1 to 20; what phones had open there is gone for them.
public struct DetachShareFilesystemOperation: StartingOperation {
    /// What it sends and gets (Cloud Phone API, DetachShareFilesystem).
    public static let shape = OperationShape(
        "DetachShareFilesystem", .post, "/v1/{project_id}/servers/detach-share-filesystem",
        body: [
            .text("type").ruled(.oneOf(["sfs_turbo"])).required,
            .text("id").ruled(.token(of: "file system")).required,
            .texts("server_ids").ruled(.ids(of: "server", most: 20)).required,
        ], answer: Self.answer, hazard: .disrupt, startsJobs: true)
    /// What its jobs are about.
    public static let subject = JobSubject.Kind.server
    /// How soon and how long its jobs are looked at.
    public static let jobKind = JobKind.setting

    /// The file system, of the kind SFS Turbo.
    public var fileSystemID: String
    /// The servers, 1 to 20.
    public var serverIDs: [String]

    /// Names what is wanted.
    public init(fileSystemID: String, serverIDs: [String]) {
        self.fileSystemID = fileSystemID
        self.serverIDs = serverIDs
    }

    /// The members of the body.
    public var bodyValues: [String: JSONValue?] {
        ["type": "sfs_turbo", "id": .text(fileSystemID), "server_ids": .array(serverIDs.map(JSONValue.text))]
    }

    /// Reads an answer, whose elements have no errors of their own.
    public static func answer(reading fields: AnswerFields) throws(AnswerFault) -> StartedCall {
        try StartedCall(reading: fields, of: subject, mayBeRefused: false)
    }
}
