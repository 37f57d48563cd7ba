public import JSON

/// Uninstalls a package.
public struct UninstallApkOperation: StartingOperation {
    /// What it sends and gets (Cloud Phone API, UninstallApk).
    public static let shape = OperationShape(
        "UninstallApk", .post, "/v1/{project_id}/cloud-phone/phones/commands",
        body: CommandTargets.fields([.uninstall]),
        answer: Self.answer, hazard: .dataLoss, startsJobs: true, permission: OperationShape.Permission.none)
    /// What its jobs are about.
    public static let subject = JobSubject.Kind.phone
    /// How soon and how long its jobs are looked at.
    public static let jobKind = JobKind.uninstall

    /// The package.
    public var packageName: String
    /// For whom.
    public var targets: CommandTargets

    /// Names what is wanted.
    public init(packageName: String, targets: CommandTargets) {
        self.packageName = packageName
        self.targets = targets
    }

    /// The members of the body.
    public var bodyValues: [String: JSONValue?] { targets.body(.uninstall, packageName) }

    /// Looks at the phones and at the content.
    public static func checkWhole(_ given: [String: JSONValue]) throws(CheckFault) {
        try CommandTargets.checkWhole(given)
    }
}
