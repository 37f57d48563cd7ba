public import CloudPhone
public import JSON

/// Deletes instances that are paid by use.
public struct DeleteInstanceOperation: CloudOperation {
    /// What a success brings.
    public typealias Answer = GivenAnswer

    /// What it sends and gets (Cloud Phone API, KooPhone).
    public static let shape = OperationShape(
        "DeleteInstance", .post, "/v1/instances/delete",
        body: [InstanceRules.ids("instanceIdList")],
        answer: Self.answer, hazard: .dataLoss, permission: .action("koophone:cloudphoneResource:instanceDelete"),
        service: .koophone())

    /// The instances, at most 100.
    public var instanceIDs: [String]

    /// Names what is wanted.
    public init(instanceIDs: [String]) {
        self.instanceIDs = instanceIDs
    }

    /// The members of the body; only here the name is written this way.
    public var bodyValues: [String: JSONValue?] { ["instanceIdList": .array(instanceIDs.map(JSONValue.text))] }

    /// Looks at what no field shows alone.
    public static func checkWhole(_ given: [String: JSONValue]) throws(CheckFault) {
        try InstanceRules.check(given, "instanceIdList")
    }
}
