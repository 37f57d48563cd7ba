public import CloudPhone
public import JSON

/// Runs a short shell line and waits for it.
public struct SyncInvokeInstanceOperation: CloudOperation {
    /// What a success brings.
    public typealias Answer = CommandResults

    /// What it sends and gets (Cloud Phone API, KooPhone).
    public static let shape = OperationShape(
        "SyncInvokeInstance", .post, "/v1/instances/sync-command",
        body: [.line, InstanceRules.ids()],
        answer: Self.answer, hazard: .change, permission: .action("koophone:cloudphoneResource:syncInvokeInstance"),
        service: .koophone())

    /// A shell line, at most 1,024 bytes of few characters.
    public var line: String
    /// The instances, at most 100.
    public var instanceIDs: [String]

    /// Names what is wanted.
    public init(line: String, instanceIDs: [String]) {
        self.line = line
        self.instanceIDs = instanceIDs
    }

    /// The members of the body.
    public var bodyValues: [String: JSONValue?] {
        ["command": .text(line), "instance_ids": .array(instanceIDs.map(JSONValue.text))]
    }

    /// Looks at what no field shows alone.
    public static func checkWhole(_ given: [String: JSONValue]) throws(CheckFault) {
        try InstanceRules.check(given)
        try InstanceRules.checkLine(given["command"]?.text ?? "")
    }
}
