public import CloudPhone

/// Starts backups of instances; lists tell how far they are.
public struct BatchBackupInstancesOperation: InstancesOperation {
    /// What a success brings.
    public typealias Answer = GivenAnswer

    /// What it sends and gets (Cloud Phone API, KooPhone).
    public static let shape = OperationShape(
        "BatchBackupInstances", .post, "/v1/instances/backup",
        body: [InstanceRules.ids()],
        answer: Self.answer, hazard: .disrupt, permission: .action("koophone:cloudphoneResource:instanceBackup"),
        service: .koophone())

    /// The instances, at most 100.
    public var instanceIDs: [String]

    /// Names what is wanted.
    public init(instanceIDs: [String]) {
        self.instanceIDs = instanceIDs
    }
}
