/// All about one phone (Cloud Phone API, ShowCloudPhoneDetail).
public struct PhoneDetail: AnswerValue {
    /// What lists have of it, too.
    public let phone: ListedPhone
    /// The service's id of the call; empty when it gave none.
    public let requestID: String
    /// Where its ports can be reached.
    public let accessInfos: [PhoneAccessInfo]
    /// Its properties, a JSON object in a text.
    public let property: String?
    /// Properties of the user's own.
    public let customProperty: [String: String]
    /// Its disk.
    public let volumeType: String?
    /// The size of its disk in GiB.
    public let volumeSize: Int?

    /// Where ADB can be reached; nil when it is not open.
    public var adb: PhoneAccessInfo? { accessInfos.first { $0.type == "adb" } }

    /// Reads it.
    public init(reading fields: AnswerFields) throws(AnswerFault) {
        phone = try ListedPhone(reading: fields)
        requestID = try fields.requestID()
        accessInfos = try fields.list("access_infos", PhoneAccessInfo.init(reading:))
        property = try fields.text("property")
        customProperty = try fields.textMap("custom_property")
        let volume = try fields.object("phone_data_volume") { volume throws(AnswerFault) in
            (try volume.text("volume_type"), try volume.integer("volume_size"))
        }
        volumeType = volume?.0
        volumeSize = volume?.1
    }
}

/// Where one port of a phone can be reached (Cloud Phone API, ADB to the phone).
public struct PhoneAccessInfo: AnswerValue {
    /// `adb`, `vnc`, or the name of a port of the user's own.
    public let type: String
    /// The phone's address inside its server.
    public let phoneAddress: String?
    /// The port on the phone; ADB's is 5555.
    public let phonePort: Int?
    /// The server's address inside the network; nil when there is none.
    public let serverAddress: String?
    /// The server's public address; nil when the port is not public.
    public let publicAddress: String?
    /// The port on both addresses of the server.
    public let serverPort: Int?
    /// The phone's address in IPv6.
    public let phoneAddress6: String?
    /// The server's address in IPv6.
    public let serverAddress6: String?

    /// Reads it; each address has a new name and an old one.
    public init(reading fields: AnswerFields) throws(AnswerFault) {
        type = try fields.name("type")
        phoneAddress = try fields.address("phone_ip", once: "device_ip")
        phonePort = try fields.integer("listen_port")
        publicAddress = try fields.address("public_ip", once: "access_ip")
        serverAddress = try fields.address("server_ip", once: "intranet_ip")
        serverPort = try fields.integer("access_port")
        phoneAddress6 = try fields.text("phone_ipv6")
        serverAddress6 = try fields.text("server_ipv6")
    }
}
