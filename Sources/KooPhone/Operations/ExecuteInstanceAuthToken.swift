public import CloudPhone

/// Gets what a client app needs to connect to an instance, which lets in whoever has it.
public struct ExecuteInstanceAuthTokenOperation: CloudOperation {
    /// What a success brings.
    public typealias Answer = GivenAnswer

    /// What it sends and gets (Cloud Phone API, KooPhone).
    public static let shape = OperationShape(
        "ExecuteInstanceAuthToken", .post, "/v1/instances/{instance_id}/auth",
        answer: Self.answer, hazard: .change,
        permission: .action("koophone:cloudphoneResource:executeInstanceAuthToken"), service: .koophone(),
        hasSecretAnswer: true)

    /// The instance.
    public var instanceID: String

    /// Names what is wanted.
    public init(instanceID: String) {
        self.instanceID = instanceID
    }

    /// The gaps of the path.
    public var pathValues: [String: String] { ["instance_id": instanceID] }
}
