public import JSON

/// Runs a short shell line and waits for it: at most 6 calls a minute, 15 phones a call, 2 s a phone.
///
/// A phone over its time counts as failed, yet the line may have run.
public struct RunSyncCommandOperation: CloudOperation {
    /// What a success brings.
    public typealias Answer = SyncAnswer

    /// What it sends and gets (Cloud Phone API, RunSyncCommand).
    public static let shape = OperationShape(
        "RunSyncCommand", .post, "/v1/{project_id}/cloud-phone/phones/sync-commands",
        body: CommandTargets.fields([.shell], mostPhones: mostPhones),
        answer: Self.answer, hazard: .change, permission: .action("cph:phones:execSyncCommands"))

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

    /// The most phones of one call.
    public static let mostPhones = 15
}
