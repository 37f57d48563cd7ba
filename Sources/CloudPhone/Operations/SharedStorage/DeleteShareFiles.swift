public import JSON

/// Removes files from the shared storage of servers.
public struct DeleteShareFilesOperation: StartingOperation {
    /// What it sends and gets (Cloud Phone API, DeleteShareFiles).
    public static let shape = OperationShape(
        "DeleteShareFiles", .post, "/v1/{project_id}/cloud-phone/phones/share-files",
        body: [
            .texts("server_ids").ruled(.ids(of: "server")).required,
            .texts("file_paths").ruled(.each(.path(.sharedFile))).required,
        ], answer: Self.answer, hazard: .dataLoss,
        startsJobs: true, permission: .action("cph:servers:deleteShareFiles"))
    /// What its jobs are about.
    public static let subject = JobSubject.Kind.server
    /// How soon and how long its jobs are looked at.
    public static let jobKind = JobKind.shared

    /// The files, as absolute paths.
    public var filePaths: [String]
    /// The servers.
    public var serverIDs: [String]

    /// Names what is wanted.
    public init(filePaths: [String], serverIDs: [String]) {
        self.filePaths = filePaths
        self.serverIDs = serverIDs
    }

    /// The members of the body.
    public var bodyValues: [String: JSONValue?] {
        [
            "server_ids": .array(serverIDs.map(JSONValue.text)),
            "file_paths": .array(filePaths.map(JSONValue.text)),
        ]
    }

    /// Looks whether there is a path at all.
    public static func checkWhole(_ given: [String: JSONValue]) throws(CheckFault) {
        guard given["file_paths"]?.elements?.isEmpty == false else { throw CheckFault("there is no path to remove") }
    }
}
