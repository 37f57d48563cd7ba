public import JSON

/// Unpacks a tar from the storage at the root of phones; 6 GB at most.
public struct PushFileOperation: StartingOperation {
    /// What it sends and gets (Cloud Phone API, PushFile).
    public static let shape = OperationShape(
        "PushFile", .post, "/v1/{project_id}/cloud-phone/phones/commands", body: CommandTargets.fields([.push]),
        answer: Self.answer, hazard: .change, startsJobs: true, permission: OperationShape.Permission.none)
    /// What its jobs are about.
    public static let subject = JobSubject.Kind.phone
    /// How soon and how long its jobs are looked at.
    public static let jobKind = JobKind.push

    /// The tar, as `obs://BUCKET/PATH.tar`.
    public var object: String
    /// For whom.
    public var targets: CommandTargets

    /// Names what is wanted.
    public init(object: String, targets: CommandTargets) {
        self.object = object
        self.targets = targets
    }

    /// The members of the body.
    public var bodyValues: [String: JSONValue?] { targets.body(.push, object) }

    /// Looks at the phones and at the content.
    public static func checkWhole(_ given: [String: JSONValue]) throws(CheckFault) {
        try CommandTargets.checkWhole(given)
    }
}
