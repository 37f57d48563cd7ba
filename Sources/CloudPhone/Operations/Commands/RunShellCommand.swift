public import JSON

/// Runs a shell line; what it says comes with the job, 1,024 bytes at most.
public struct RunShellCommandOperation: StartingOperation {
    /// What it sends and gets (Cloud Phone API, RunShellCommand).
    public static let shape = OperationShape(
        "RunShellCommand", .post, "/v1/{project_id}/cloud-phone/phones/commands", body: CommandTargets.fields([.shell]),
        answer: Self.answer, hazard: .change, startsJobs: true, permission: .action("cph:phones:execCommands"))
    /// What its jobs are about.
    public static let subject = JobSubject.Kind.phone
    /// How soon and how long its jobs are looked at.
    public static let jobKind = JobKind.shell

    /// The line, at most 2,048 bytes of few characters.
    public var line: String
    /// For whom.
    public var targets: CommandTargets

    /// Names what is wanted.
    public init(line: String, targets: CommandTargets) {
        self.line = line
        self.targets = targets
    }

    /// The members of the body.
    public var bodyValues: [String: JSONValue?] { targets.body(.shell, line) }

    /// Looks at the phones and at the content.
    public static func checkWhole(_ given: [String: JSONValue]) throws(CheckFault) {
        try CommandTargets.checkWhole(given)
    }
}
