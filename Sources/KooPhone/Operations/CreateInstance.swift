public import CloudPhone
public import JSON

/// Orders instances; what an order holds is not described here, so it is sent as it is given.
public struct CreateInstanceOperation: CloudOperation {
    /// What a success brings.
    public typealias Answer = GivenAnswer

    /// What it sends and gets (Cloud Phone API, KooPhone).
    public static let shape = OperationShape(
        "CreateInstance", .post, "/v1/instances/create",
        answer: Self.answer, hazard: .money, permission: .action("koophone:cloudphoneResource:instanceCreate"),
        service: .koophone(), hasOpenBody: true)

    /// The members of the body.
    public var order: [String: JSONValue]

    /// Names what is wanted.
    public init(order: [String: JSONValue]) {
        self.order = order
    }

    /// The members of the body.
    public var bodyValues: [String: JSONValue?] { order.mapValues { $0 } }
}
