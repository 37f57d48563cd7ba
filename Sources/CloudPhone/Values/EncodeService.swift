/// The part of a server that streams and encodes (Cloud Phone API, encode services).
public struct EncodeService: PageElement {
    /// Its name.
    public let name: String?
    /// Its id.
    public let id: String
    /// Its address inside the server.
    public let address: String?
    /// The server of which it is part.
    public let serverID: String
    /// The key pair to log in with.
    public let keypairName: String?
    /// 0 for a server, 1 for a container.
    public let type: Int?
    /// What state it is in: 1 running, 2 abnormal, 3 restarting; 0, 4 and 5 while it is made.
    public let status: Int?
    /// Where its ports can be reached.
    public let accessInfos: [EncodeAccessInfo]
    /// Its address in IPv6.
    public let address6: String?

    /// The list's name.
    public static var listName: String { "encode_servers" }
    /// Its id.
    public var identity: String { id }

    /// Reads it.
    public init(reading fields: AnswerFields) throws(AnswerFault) {
        name = try fields.text("encode_server_name")
        id = try fields.name("encode_server_id")
        address = try fields.text("encode_server_ip")
        serverID = try fields.name("server_id")
        keypairName = try fields.text("keypair_name")
        type = try fields.integer("type")
        status = try fields.integer("status")
        accessInfos = try fields.list("access_infos", EncodeAccessInfo.init(reading:))
        address6 = try fields.text("encode_server_ipv6")
    }
}

/// Where one port of an encode service can be reached.
public struct EncodeAccessInfo: AnswerValue {
    /// The port on the service.
    public let listenPort: Int?
    /// The server's public address; nil when the port is not public.
    public let publicAddress: String?
    /// The server's address inside the network; nil when there is none.
    public let serverAddress: String?
    /// The port on both addresses of the server.
    public let serverPort: Int?
    /// `adb`, `vnc`, `cph_app_server`, `cph_h5_server`, or a port of the user's own.
    public let type: String
    /// The server's address in IPv6.
    public let serverAddress6: String?

    /// Reads it; each address has a new name and an old one.
    public init(reading fields: AnswerFields) throws(AnswerFault) {
        listenPort = try fields.integer("listen_port")
        publicAddress = try fields.address("public_ip", once: "access_ip")
        serverAddress = try fields.address("server_ip", once: "intranet_ip")
        serverPort = try fields.integer("access_port")
        type = try fields.name("type")
        serverAddress6 = try fields.text("server_ipv6")
    }
}
