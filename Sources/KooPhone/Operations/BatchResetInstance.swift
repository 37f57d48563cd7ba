public import CloudPhone

/// Sets instances back to how they came, and everything on them is lost; their states tell when that is done.
public struct BatchResetInstanceOperation: AcceptedInstancesOperation {
    /// What it sends and gets (Cloud Phone API, KooPhone).
    public static let shape = OperationShape(
        "BatchResetInstance", .post, "/v1/instances/batch-reset",
        body: [InstanceRules.ids()],
        answer: Self.answer, hazard: .dataLoss, startsJobs: true,
        permission: .action("koophone:cloudphoneResource:batchResetInstance"), service: .koophone())

    /// The instances, at most 100.
    public var instanceIDs: [String]

    /// Names what is wanted.
    public init(instanceIDs: [String]) {
        self.instanceIDs = instanceIDs
    }
}
