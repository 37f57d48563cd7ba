public import CloudPhone
public import JSON

/// Ends the streaming of an instance.
public struct StopInstancesStreamingOperation: CloudOperation {
    /// What a success brings.
    public typealias Answer = GivenAnswer

    /// What it sends and gets (Cloud Phone API, KooPhone).
    public static let shape = OperationShape(
        "StopInstancesStreaming", .post, "/v1/instances/streaming/stop",
        body: [.text("instance_id").ruled(.token(of: "instance")).required],
        answer: Self.answer, hazard: .disrupt,
        permission: .action("koophone:cloudphoneResource:stopInstancesStreaming"), service: .koophone())

    /// The instance.
    public var instanceID: String

    /// Names what is wanted.
    public init(instanceID: String) {
        self.instanceID = instanceID
    }

    /// The members of the body.
    public var bodyValues: [String: JSONValue?] { ["instance_id": .text(instanceID)] }
}
