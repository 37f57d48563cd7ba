public import CloudPhone
public import JSON

/// Sets resolution, bit rate and frame rate of instances; settings are sent as they are given.
public struct SetVideoOperation: CloudOperation {
    /// What a success brings.
    public typealias Answer = GivenAnswer

    /// What it sends and gets (Cloud Phone API, KooPhone).
    public static let shape = OperationShape(
        "SetVideo", .put, "/v1/instances/video-setting",
        body: [InstanceRules.ids(), .objects("instance_settings", []).ruled(.some(of: "setting")).required],
        answer: Self.answer, hazard: .change, permission: .action("koophone:cloudphoneResource:setVideo"),
        service: .koophone(), hasOpenBody: true)

    /// The instances, at most 100.
    public var instanceIDs: [String]
    /// The settings, objects as the service has them.
    public var settings: [JSONValue]

    /// Names what is wanted.
    public init(instanceIDs: [String], settings: [JSONValue]) {
        self.instanceIDs = instanceIDs
        self.settings = settings
    }

    /// The members of the body.
    public var bodyValues: [String: JSONValue?] {
        ["instance_ids": .array(instanceIDs.map(JSONValue.text)), "instance_settings": .array(settings)]
    }

    /// Looks at what no field shows alone.
    public static func checkWhole(_ given: [String: JSONValue]) throws(CheckFault) {
        try InstanceRules.check(given)
    }
}
