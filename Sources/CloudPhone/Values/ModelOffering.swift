/// Whether a specification of servers can be bought somewhere (Cloud Phone API, ListCloudPhoneServerModelOfferings).
public struct ModelOffering: PageElement {
    /// Where.
    public let availabilityZone: String?
    /// The specification.
    public let modelName: String
    /// `available` or `sellout`.
    public let sellStatus: String?

    /// Whether it can be bought.
    public var isAvailable: Bool { sellStatus == "available" }

    /// The list's name.
    public static var listName: String { "models" }
    /// The number of all.
    public static var totalName: String? { "count" }
    /// Pages have marks.
    public static var hasMarker: Bool { true }
    /// Specification and place.
    public var identity: String { "\(modelName)/\(availabilityZone ?? "")" }

    /// Reads it.
    public init(reading fields: AnswerFields) throws(AnswerFault) {
        availabilityZone = try fields.text("available_zone")
        modelName = try fields.name("model_name")
        sellStatus = try fields.text("sell_status")
    }
}
