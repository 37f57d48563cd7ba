public import JSON

/// Installs an APK, or the splits of one app, from the storage; 2 GB at most.
public struct InstallApkOperation: StartingOperation {
    /// What it sends and gets (Cloud Phone API, InstallApk).
    public static let shape = OperationShape(
        "InstallApk", .post, "/v1/{project_id}/cloud-phone/phones/commands",
        body: CommandTargets.fields([.install, .installMultiple]),
        answer: Self.answer, hazard: .change, startsJobs: true, permission: OperationShape.Permission.none)
    /// What its jobs are about.
    public static let subject = JobSubject.Kind.phone
    /// How soon and how long its jobs are looked at.
    public static let jobKind = JobKind.install

    /// The APKs, as `obs://BUCKET/PATH`; several are the splits of one app.
    public var objects: [String]
    /// Options of the package manager, such as `-r` and `-t`.
    public var options: [String]
    /// For whom.
    public var targets: CommandTargets

    /// Names what is wanted.
    public init(objects: [String], options: [String] = ["-r"], targets: CommandTargets) {
        self.objects = objects
        self.options = options
        self.targets = targets
    }

    /// `install` for one APK, `install-multiple` for splits.
    public var command: CloudCommand { objects.count == 1 ? .install : .installMultiple }

    /// Options and APKs, as the service takes them.
    public var content: String { (options + objects).joined(separator: " ") }

    /// The members of the body.
    public var bodyValues: [String: JSONValue?] { targets.body(command, content) }

    /// Looks at the arguments before anything is sent.
    public func check() throws(CheckFault) {
        for option in options where !option.hasPrefix("-") {
            throw CheckFault("`\(option)` is no option of the package manager")
        }
        try checkArguments()
    }

    /// Looks at the phones and at the content.
    public static func checkWhole(_ given: [String: JSONValue]) throws(CheckFault) {
        try CommandTargets.checkWhole(given)
    }
}
