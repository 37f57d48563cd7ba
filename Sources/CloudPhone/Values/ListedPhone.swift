/// A phone as lists have it (Cloud Phone API, ListCloudPhones).
public struct ListedPhone: PageElement {
    /// Its name.
    public let name: String
    /// The server on which it lives.
    public let serverID: String
    /// Its id.
    public let id: String
    /// The name of its specification.
    public let modelName: String?
    /// The image that it runs.
    public let imageID: String?
    /// The image's version.
    public let imageVersion: String?
    /// Obsolete: `true` or `false` as a text.
    public let hasVNC: String?
    /// What state it is in.
    public let status: PhoneStatus
    /// 0 for an ordinary one, 1 for one on trial.
    public let type: Int?
    /// Its number as a telephone.
    public let imei: String?
    /// `direct` or `routing`.
    public let trafficType: String?
    /// 0 for a disk that it shares, 1 for one of its own.
    public let volumeMode: Int?
    /// Where its server stands.
    public let availabilityZone: String?
    /// The order with which it was bought.
    public let purchase: Purchase?
    /// Whether its disk is encrypted.
    public let isEncrypted: Bool?
    /// When it was made, such as `2026-01-02T03:04:05Z`.
    public let createTime: String?
    /// When it last changed.
    public let updateTime: String?

    /// The list's name.
    public static var listName: String { "phones" }
    /// The number of all phones.
    public static var totalName: String? { "count" }
    /// Its id.
    public var identity: String { id }

    /// Reads it.
    public init(reading fields: AnswerFields) throws(AnswerFault) {
        name = try fields.name("phone_name")
        serverID = try fields.name("server_id")
        id = try fields.name("phone_id")
        modelName = try fields.text("phone_model_name")
        imageID = try fields.text("image_id")
        imageVersion = try fields.text("image_version")
        hasVNC = try fields.text("vnc_enable")
        status = PhoneStatus(number: try fields.integer("status"))
        type = try fields.integer("type")
        imei = try fields.text("imei")
        trafficType = try fields.text("traffic_type")
        volumeMode = try fields.integer("volume_mode")
        availabilityZone = try fields.text("availability_zone")
        purchase = try fields.object("metadata", Purchase.init(reading:))
        isEncrypted = try fields.flag("has_encrypt")
        createTime = try fields.text("create_time")
        updateTime = try fields.text("update_time")
    }
}

/// The order with which something was bought.
public struct Purchase: AnswerValue {
    /// The order.
    public let orderID: String?
    /// The product.
    public let productID: String?

    /// Reads it.
    public init(reading fields: AnswerFields) throws(AnswerFault) {
        orderID = try fields.text("order_id")
        productID = try fields.text("product_id")
    }
}
