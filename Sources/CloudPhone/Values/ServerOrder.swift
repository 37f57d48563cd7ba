/// What became of an order of servers (Cloud Phone API, CreateNet2CloudPhoneServer).
///
/// There is no job: the servers turn up in the list of servers when they are made.
public struct ServerOrder: AnswerValue, RefusableAnswer {
    /// The service's id of the call; empty when it gave none.
    public let requestID: String
    /// The order; an unpaid one waits to be paid.
    public let orderID: String?
    /// The product.
    public let productID: String?
    /// The servers that will be.
    public let serverIDs: [String]

    /// Reads it; the client has looked at the error before.
    public init(reading fields: AnswerFields) throws(AnswerFault) {
        requestID = try fields.requestID()
        orderID = try fields.text("order_id")
        productID = try fields.text("product_id")
        serverIDs = try fields.texts("server_ids")
        _ = try fields.text("error_code")
        _ = try fields.text("error_msg")
    }
}

/// What became of an order to change a server's specification (Cloud Phone API, ChangeCloudPhoneServerModel).
public struct ModelOrder: AnswerValue, RefusableAnswer {
    /// The service's id of the call; empty when it gave none.
    public let requestID: String
    /// The order, which costs money or brings some back.
    public let orderID: String?
    /// The product.
    public let productID: String?

    /// Reads it; the client has looked at the error before.
    public init(reading fields: AnswerFields) throws(AnswerFault) {
        requestID = try fields.requestID()
        orderID = try fields.text("order_id")
        productID = try fields.text("product_id")
        _ = try fields.text("error_code")
        _ = try fields.text("error_msg")
    }
}
