public import Secrets

/// How the service's streaming clients reach phones (Cloud Phone API, BatchShowPhoneConnectInfos); not for ADB.
public struct PhoneConnections: AnswerValue {
    /// The service's id of the call; empty when it gave none.
    public let requestID: String
    /// The phones that can be reached.
    public let connections: [PhoneConnection]
    /// Why others cannot, by their ids.
    public let refusals: [String: ServiceFault]

    /// Reads it.
    public init(reading fields: AnswerFields) throws(AnswerFault) {
        let requestID = try fields.requestID()
        self.requestID = requestID
        connections = try fields.list("connect_infos", PhoneConnection.init(reading:))
        let errors = try fields.list("errors") { fields throws(AnswerFault) in
            let phoneID = try fields.name("phone_id")
            let code = try fields.text("error_code")
            let message = try fields.name("error_msg")
            return (phoneID, ServiceFault(code: code, message: message, requestID: requestID))
        }
        refusals = Dictionary(errors) { first, _ in first }
    }
}

/// How the service's streaming clients reach one phone.
public struct PhoneConnection: AnswerValue {
    /// The phone.
    public let phoneID: String
    /// The public address; nil when there is none.
    public let publicAddress: String?
    /// The address inside the network.
    public let serverAddress: String?
    /// The address of IPv6; nil when there is none.
    public let ipv6Address: String?
    /// The port.
    public let port: Int?
    /// The id of this connection.
    public let sessionID: String?
    /// When it was asked for, in milliseconds since 1970.
    public let timestamp: String?
    /// What lets the client in.
    public let ticket: Secret?

    /// Reads it.
    public init(reading fields: AnswerFields) throws(AnswerFault) {
        phoneID = try fields.name("phone_id")
        let access = try fields.object("access_info", Access.init(reading:))
        publicAddress = access?.publicAddress
        serverAddress = access?.serverAddress
        ipv6Address = access?.ipv6Address
        port = access?.port
        sessionID = access?.sessionID
        timestamp = access?.timestamp
        ticket = access?.ticket
    }

    private struct Access {
        let publicAddress: String?
        let serverAddress: String?
        let ipv6Address: String?
        let port: Int?
        let sessionID: String?
        let timestamp: String?
        let ticket: Secret?

        init(reading fields: AnswerFields) throws(AnswerFault) {
            publicAddress = try fields.address("access_ip")
            serverAddress = try fields.address("intranet_ip")
            ipv6Address = try fields.address("access_ipv6")
            port = try fields.integer("access_port")
            sessionID = try fields.text("session_id")
            timestamp = try fields.text("timestamp")
            ticket = try fields.secret("ticket")
        }
    }
}
