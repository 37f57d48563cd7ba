public import JSON

/// Removes an app from the shared storage of servers; no phone may have it any more.
public struct DeleteShareAppsOperation: StartingOperation {
    /// What it sends and gets (Cloud Phone API, DeleteShareApps).
    public static let shape = OperationShape(
        "DeleteShareApps", .delete, "/v1/{project_id}/cloud-phone/phones/share-apps",
        body: [
            .text("package_name").ruled(.package).required, .texts("server_ids").ruled(.ids(of: "server")).required,
        ], answer: Self.answer, hazard: .dataLoss,
        startsJobs: true, permission: .action("cph:servers:deleteShareApps"))
    /// What its jobs are about.
    public static let subject = JobSubject.Kind.server
    /// How soon and how long its jobs are looked at.
    public static let jobKind = JobKind.shared

    /// The app's package.
    public var packageName: String
    /// The servers.
    public var serverIDs: [String]

    /// Names what is wanted.
    public init(packageName: String, serverIDs: [String]) {
        self.packageName = packageName
        self.serverIDs = serverIDs
    }

    /// The members of the body.
    public var bodyValues: [String: JSONValue?] {
        [
            "package_name": .text(packageName), "server_ids": .array(serverIDs.map(JSONValue.text)),
        ]
    }
}
