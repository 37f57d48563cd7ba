public import CloudPhone

/// Asks what instances do.
public struct BatchShowInstanceOperation: InstancesOperation {
    /// What a success brings.
    public typealias Answer = InstanceStates

    /// What it sends and gets (Cloud Phone API, KooPhone).
    public static let shape = OperationShape(
        "BatchShowInstance", .post, "/v1/instances/batch-query-status",
        body: [InstanceRules.ids()],
        answer: Self.answer, hazard: .read, permission: .action("koophone:cloudphoneResource:queryBatchShowInstance"),
        service: .koophone())

    /// The instances, at most 100.
    public var instanceIDs: [String]

    /// Names what is wanted.
    public init(instanceIDs: [String]) {
        self.instanceIDs = instanceIDs
    }
}
