public import CloudPhone

/// Restarts instances; their states tell when that is done.
public struct BatchRebootInstanceOperation: AcceptedInstancesOperation {
    /// What it sends and gets (Cloud Phone API, KooPhone).
    public static let shape = OperationShape(
        "BatchRebootInstance", .post, "/v1/instances/reboot",
        body: [InstanceRules.ids()],
        answer: Self.answer, hazard: .disrupt, startsJobs: true,
        permission: .action("koophone:cloudphoneResource:instanceReboot"), service: .koophone())

    /// The instances, at most 100.
    public var instanceIDs: [String]

    /// Names what is wanted.
    public init(instanceIDs: [String]) {
        self.instanceIDs = instanceIDs
    }
}
