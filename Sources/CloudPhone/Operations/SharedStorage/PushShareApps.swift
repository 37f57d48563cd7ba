public import JSON

/// Puts an app that was exported from a phone into the shared storage of servers.
public struct PushShareAppsOperation: StartingOperation {
    /// What it sends and gets (Cloud Phone API, PushShareApps).
    public static let shape = OperationShape(
        "PushShareApps", .post, "/v1/{project_id}/cloud-phone/phones/share-apps",
        body: [
            .text("package_name").ruled(.package).required,
            .integer("pre_install_app").ruled(.numbers([0, 1]), "whether phones have it after a reset"),
            .text("bucket_name").ruled(.bucket).required,
            .text("object_path").ruled(.tar).required,
            .texts("server_ids").ruled(.ids(of: "server", most: mostServers)).required,
        ], answer: Self.answer, hazard: .change, startsJobs: true, permission: .action("cph:servers:pushShareApps"))
    /// What its jobs are about.
    public static let subject = JobSubject.Kind.server
    /// How soon and how long its jobs are looked at.
    public static let jobKind = JobKind.shared

    /// The app's package, or `com.cph.config` for a package of settings.
    public var packageName: String
    /// The bucket.
    public var bucketName: String
    /// The tar's key.
    public var objectPath: String
    /// The servers, 1 to 20.
    public var serverIDs: [String]
    /// Whether phones have it after a reset without `appctrl`.
    public var isPreinstalled: Bool?

    /// Names what is wanted.
    public init(
        packageName: String, bucketName: String, objectPath: String, serverIDs: [String], isPreinstalled: Bool? = nil
    ) {
        self.packageName = packageName
        self.bucketName = bucketName
        self.objectPath = objectPath
        self.serverIDs = serverIDs
        self.isPreinstalled = isPreinstalled
    }

    /// The members of the body.
    public var bodyValues: [String: JSONValue?] {
        [
            "package_name": .text(packageName), "pre_install_app": isPreinstalled.map { $0 ? 1 : 0 },
            "bucket_name": .text(bucketName), "object_path": .text(objectPath),
            "server_ids": .array(serverIDs.map(JSONValue.text)),
        ]
    }

    /// The most servers of one call; one version of the documents says 100.
    public static let mostServers = 20
}
