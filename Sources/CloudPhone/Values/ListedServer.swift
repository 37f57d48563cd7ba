/// A server as lists have it (Cloud Phone API, ListCloudPhoneServers).
public struct ListedServer: PageElement {
    /// Its name.
    public let name: String
    /// Where it stands.
    public let availabilityZone: String?
    /// Its id.
    public let id: String
    /// The name of its specification.
    public let modelName: String?
    /// The name of its phones' specification.
    public let phoneModelName: String?
    /// The key pair that opens its tunnel.
    public let keypairName: String?
    /// What state it is in.
    public let status: ServerStatus
    /// Its network.
    public let vpcID: String?
    /// Its range of addresses.
    public let cidr: String?
    /// The range of its network.
    public let vpcCIDR: String?
    /// Its subnet.
    public let subnetID: String?
    /// The subnet's range.
    public let subnetCIDR: String?
    /// Its addresses.
    public let addresses: [ServerAddress]
    /// The project in which its parts live.
    public let resourceProjectID: String?
    /// How it was bought.
    public let contract: ServerContract?
    /// `v1` for the system's network, `v2` for the user's own.
    public let networkVersion: String?
    /// The enterprise project.
    public let enterpriseProjectID: String?
    /// When it was made.
    public let createTime: String?
    /// When it last changed.
    public let updateTime: String?

    /// The list's name.
    public static var listName: String { "servers" }
    /// The number of all servers.
    public static var totalName: String? { "count" }
    /// Its id.
    public var identity: String { id }

    /// Reads it.
    public init(reading fields: AnswerFields) throws(AnswerFault) {
        name = try fields.name("server_name")
        availabilityZone = try fields.text("availability_zone")
        id = try fields.name("server_id")
        modelName = try fields.text("server_model_name")
        phoneModelName = try fields.text("phone_model_name")
        keypairName = try fields.text("keypair_name")
        status = ServerStatus(number: try fields.integer("status"))
        vpcID = try fields.text("vpc_id")
        cidr = try fields.text("cidr")
        vpcCIDR = try fields.text("vpc_cidr")
        subnetID = try fields.text("subnet_id")
        subnetCIDR = try fields.text("subnet_cidr")
        addresses = try fields.list("addresses", ServerAddress.init(reading:))
        resourceProjectID = try fields.text("resource_project_id")
        contract = try fields.object("metadata", ServerContract.init(reading:))
        networkVersion = try fields.text("network_version")
        enterpriseProjectID = try fields.text("enterprise_project_id")
        createTime = try fields.text("create_time")
        updateTime = try fields.text("update_time")
    }
}

/// The addresses of a server.
public struct ServerAddress: AnswerValue {
    /// Inside the network; nil when there is none.
    public let serverAddress: String?
    /// The public one; nil when there is none.
    public let publicAddress: String?

    /// Reads it; each address has a new name and an old one.
    public init(reading fields: AnswerFields) throws(AnswerFault) {
        serverAddress = try fields.address("server_ip", once: "intranet_ip")
        publicAddress = try fields.address("public_ip", once: "access_ip")
    }
}

/// How a server was bought.
public struct ServerContract: AnswerValue {
    /// The product.
    public let productID: String?
    /// The order.
    public let orderID: String?
    /// 0 by the year or month, 1 by use.
    public let chargingMode: Int?

    /// Reads it.
    public init(reading fields: AnswerFields) throws(AnswerFault) {
        productID = try fields.text("product_id")
        orderID = try fields.text("order_id")
        chargingMode = try fields.integer("charging_mode")
    }
}

/// What state a server is in (Cloud Phone API, enumerations).
public struct ServerStatus: Hashable, Sendable, CustomStringConvertible {
    /// The service's number; nil when the answer had none.
    public let number: Int?

    /// Takes the service's number.
    public init(number: Int?) { self.number = number }

    /// Whether it works.
    public var isNormal: Bool { number == 5 }
    /// Whether nobody has paid for it.
    public var isFrozen: Bool { number == 8 }

    /// The state in a few words.
    public var description: String {
        switch number {
        case 0, 1, 3, 4: "creating"
        case 2: "abnormal"
        case 5: "normal"
        case 8: "frozen"
        case 10: "shut down"
        case 11: "shutting down"
        case 12: "shutdown failed"
        case 13: "starting"
        case nil: "unknown"
        case .some(let other): "unknown (\(other))"
        }
    }
}
