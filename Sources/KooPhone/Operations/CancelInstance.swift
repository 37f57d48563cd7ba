public import CloudPhone

/// Takes instances away from users.
public struct CancelInstanceOperation: UserInstancesOperation {
    /// What a success brings.
    public typealias Answer = GivenAnswer

    /// What it sends and gets (Cloud Phone API, KooPhone).
    public static let shape = OperationShape(
        "CancelInstance", .post, "/v1/instances/unassign",
        body: [UserInstance.field],
        answer: Self.answer, hazard: .disrupt, permission: .action("koophone:cloudphoneResource:instanceUnassign"),
        service: .koophone())

    /// From whom what is taken, at most 100.
    public var pairs: [UserInstance]

    /// Names what is wanted.
    public init(pairs: [UserInstance]) {
        self.pairs = pairs
    }
}
