public import CloudPhone

/// Lists what can be ordered.
public struct BatchShowSkuOperation: CloudOperation {
    /// What a success brings.
    public typealias Answer = GivenAnswer

    /// What it sends and gets (Cloud Phone API, KooPhone).
    public static let shape = OperationShape(
        "BatchShowSku", .get, "/v1/instances/sku",
        query: [
            .text("type")
        ],
        answer: Self.answer, hazard: .read, permission: .action("koophone:cloudphoneResource:queryInstanceSku"),
        service: .koophone())

    /// What kind of it.
    public var type: String?

    /// Names what is wanted.
    public init(type: String? = nil) {
        self.type = type
    }

    /// The parts of the query.
    public var queryValues: [String: String?] { ["type": type] }
}
