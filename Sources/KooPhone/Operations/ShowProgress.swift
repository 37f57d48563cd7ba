public import CloudPhone
public import JSON

/// Asks how far the preparation of an instance is.
public struct ShowProgressOperation: CloudOperation {
    /// What a success brings.
    public typealias Answer = GivenAnswer

    /// What it sends and gets (Cloud Phone API, KooPhone).
    public static let shape = OperationShape(
        "ShowProgress", .post, "/v1/instances/prepare-progress",
        body: [.text("user_id"), .text("instance_id").ruled(.token(of: "instance")).required],
        answer: Self.answer, hazard: .read,
        permission: .action("koophone:cloudphoneResource:getInstancePrepareProgress"), service: .koophone(),
        hasOpenBody: true)

    /// The user.
    public var userID: String?
    /// The instance.
    public var instanceID: String

    /// Names what is wanted.
    public init(userID: String? = nil, instanceID: String) {
        self.userID = userID
        self.instanceID = instanceID
    }

    /// The members of the body.
    public var bodyValues: [String: JSONValue?] {
        ["user_id": userID.map(JSONValue.text), "instance_id": .text(instanceID)]
    }
}
