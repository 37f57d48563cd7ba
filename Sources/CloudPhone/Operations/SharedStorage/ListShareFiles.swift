/// Lists a folder in the shared storage of servers; the listing comes with the jobs.
public struct ListShareFilesOperation: StartingOperation {
    /// What it sends and gets (Cloud Phone API, ListShareFiles).
    public static let shape = OperationShape(
        "ListShareFiles", .get, "/v1/{project_id}/cloud-phone/servers/share-files",
        query: [
            .pageStart, .pageSize(50), .text("server_ids").ruled(.ids(of: "server"), "joined by commas").required,
            .text("path").ruled(.path(.sharedFolder)).required,
        ],
        answer: Self.answer, hazard: .read, startsJobs: true, permission: .action("cph:servers:getShareFiles"))
    /// What its jobs are about.
    public static let subject = JobSubject.Kind.server
    /// How soon and how long its jobs are looked at.
    public static let jobKind = JobKind.listing

    /// The folder.
    public var path: String
    /// The servers.
    public var serverIDs: [String]
    /// Begins behind so many entries.
    public var offset: Int?
    /// Entries, 1 to 50.
    public var limit: Int?

    /// Names what is wanted.
    public init(path: String, serverIDs: [String], offset: Int? = nil, limit: Int? = nil) {
        self.path = path
        self.serverIDs = serverIDs
        self.offset = offset
        self.limit = limit
    }

    /// The parts of the query.
    public var queryValues: [String: String?] {
        [
            "offset": offset.map { String($0) }, "limit": limit.map { String($0) },
            "server_ids": serverIDs.joined(separator: ","), "path": path,
        ]
    }
}
