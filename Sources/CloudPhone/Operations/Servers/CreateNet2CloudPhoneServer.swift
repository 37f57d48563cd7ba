public import JSON

/// Buys servers with phones on the user's own network, 1 to 10; there is no job, so the list of servers is to be watched.
public struct CreateNet2CloudPhoneServerOperation: CloudOperation {
    /// What a success brings.
    public typealias Answer = ServerOrder

    /// What it sends and gets (Cloud Phone API, CreateNet2CloudPhoneServer).
    public static let shape = OperationShape(
        "CreateNet2CloudPhoneServer", .post, "/v2/{project_id}/cloud-phone/servers",
        body: [
            .text("server_name").ruled(.name(of: "server"), "with -0001 and so on behind it for several").required,
            .text("server_model_name").ruled(.bytes(1...64, of: "the name of a specification")).required,
            .integer("count").ruled(.range(1...mostServers)).required,
            .object("extend_param", PurchaseTerms.fields + [PurchaseTerms.project]).required,
        ] + PhoneLayout.fields, answer: Self.answer, hazard: .money, permission: .action("cph:servers:create"))

    /// Their name, at most 60 characters; several get `-0001` and so on behind it.
    public var serverName: String
    /// Their specification, at most 64 bytes.
    public var serverModelName: String
    /// How many, 1 to 10.
    public var count: Int
    /// For how long, and how they are paid.
    public var terms: PurchaseTerms
    /// Their phones.
    public var layout: PhoneLayout

    /// Names what is wanted.
    public init(
        serverName: String, serverModelName: String, count: Int = 1, terms: PurchaseTerms, layout: PhoneLayout
    ) {
        self.serverName = serverName
        self.serverModelName = serverModelName
        self.count = count
        self.terms = terms
        self.layout = layout
    }

    /// The members of the body.
    public var bodyValues: [String: JSONValue?] {
        layout.body.merging([
            "server_name": .text(serverName), "server_model_name": .text(serverModelName),
            "count": .integer(Int64(count)), "extend_param": .object(terms.bodyWithProject),
        ]) { $1 }
    }

    /// Looks at period, ports and bandwidth.
    public static func checkWhole(_ given: [String: JSONValue]) throws(CheckFault) {
        try PurchaseTerms.check(given["extend_param"])
        try PhoneLayout.check(given)
    }

    /// The most servers of one call.
    public static let mostServers = 10
}
