public import CloudPhone
public import JSON

/// Restores instances of a user from their backups, so that they can be used; ``ShowProgressOperation`` tells how far that is.
public struct BatchPrepareInstancesOperation: CloudOperation {
    /// What a success brings.
    public typealias Answer = GivenAnswer

    /// What it sends and gets (Cloud Phone API, KooPhone).
    public static let shape = OperationShape(
        "BatchPrepareInstances", .post, "/v1/instances/prepare",
        body: [.text("user_id"), InstanceRules.ids()],
        answer: Self.answer, hazard: .disrupt, permission: .action("koophone:cloudphoneResource:instancePrepare"),
        service: .koophone(), hasOpenBody: true)

    /// The user.
    public var userID: String?
    /// The instances, at most 100.
    public var instanceIDs: [String]

    /// Names what is wanted.
    public init(userID: String? = nil, instanceIDs: [String]) {
        self.userID = userID
        self.instanceIDs = instanceIDs
    }

    /// The members of the body.
    public var bodyValues: [String: JSONValue?] {
        ["user_id": userID.map(JSONValue.text), "instance_ids": .array(instanceIDs.map(JSONValue.text))]
    }

    /// Looks at what no field shows alone.
    public static func checkWhole(_ given: [String: JSONValue]) throws(CheckFault) {
        try InstanceRules.check(given)
    }
}
