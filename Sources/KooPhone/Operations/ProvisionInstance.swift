public import CloudPhone

/// Assigns instances to users.
public struct ProvisionInstanceOperation: UserInstancesOperation {
    /// What a success brings.
    public typealias Answer = GivenAnswer

    /// What it sends and gets (Cloud Phone API, KooPhone).
    public static let shape = OperationShape(
        "ProvisionInstance", .post, "/v1/instances/assign",
        body: [UserInstance.field],
        answer: Self.answer, hazard: .change, permission: .action("koophone:cloudphoneResource:instanceAssign"),
        service: .koophone())

    /// Who gets what, at most 100.
    public var pairs: [UserInstance]

    /// Names what is wanted.
    public init(pairs: [UserInstance]) {
        self.pairs = pairs
    }
}
