public import CloudPhone
public import JSON

/// Starts backups of instances; lists tell how far they are.
public struct BatchBackupInstancesOperation: CloudOperation {
    /// What a success brings.
    public typealias Answer = GivenAnswer

    /// What it sends and gets (Cloud Phone API, KooPhone).
    public static let shape = OperationShape(
        "BatchBackupInstances", .post, "/v1/instances/backup",
        body: [InstanceRules.ids()],
        answer: Self.answer, hazard: .disrupt, service: .koophone())

    /// The instances, at most 100.
    public var instanceIDs: [String]

    /// Names what is wanted.
    public init(instanceIDs: [String]) {
        self.instanceIDs = instanceIDs
    }

    /// The members of the body.
    public var bodyValues: [String: JSONValue?] { ["instance_ids": .array(instanceIDs.map(JSONValue.text))] }

    /// Looks at what no field shows alone.
    public static func checkWhole(_ given: [String: JSONValue]) throws(CheckFault) {
        try InstanceRules.check(given)
    }
}
