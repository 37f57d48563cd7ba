public import CloudPhone
public import JSON

/// Ends the session of whoever uses an instance.
public struct StopInstancesSessionOperation: CloudOperation {
    /// What a success brings.
    public typealias Answer = GivenAnswer

    /// What it sends and gets (Cloud Phone API, KooPhone).
    public static let shape = OperationShape(
        "StopInstancesSession", .post, "/v1/instances/session/release",
        body: [.text("instance_id").ruled(.token(of: "instance")).required],
        answer: Self.answer, hazard: .disrupt,
        permission: .action("koophone:cloudphoneResource:releaseInstancesSession"), service: .koophone())

    /// The instance.
    public var instanceID: String

    /// Names what is wanted.
    public init(instanceID: String) {
        self.instanceID = instanceID
    }

    /// The members of the body.
    public var bodyValues: [String: JSONValue?] { ["instance_id": .text(instanceID)] }
}
