/// A phone as its cloud knows it.
public struct CloudPlace: Hashable, Sendable {
    /// The account, by its name in the farm file.
    public let account: String
    /// The id of the server that carries it, 32 hexadecimal digits; of a phone that is rented by itself its own id.
    public let server: String
    /// The phone's own id, 32 hexadecimal digits for one of a server; until its server shows it, the word by which the farm file knows it.
    public let phone: String

    /// Names a phone.
    public init(account: String, server: String, phone: String) {
        self.account = account
        self.server = server
        self.phone = phone
    }

    /// Whether its cloud knows the phone: one that no server shows has no id to ask for.
    public var isShown: Bool {
        isAlone || phone.utf8.count == 32 && phone.allSatisfy { $0.isASCII && $0.isHexDigit }
    }

    /// Whether the phone is rented by itself, and no server carries it.
    public var isAlone: Bool { server == phone }
}

/// A server as the farm file names it to its cloud.
public struct CloudServer: Hashable, Sendable {
    /// The account, by its name in the farm file.
    public let account: String
    /// Its id; nil when it is known to the cloud by the name that the farm file gives it.
    public let id: String?
    /// How ADB reaches its phones; nil where only the cloud's service does.
    public let adb: ADBAccess?

    /// Whom to log in as on its encode services, which nobody tells.
    public let encoderUser: String
    /// The pool whose phones it stands for, at an account that rents single phones; nil for all of them.
    public let pool: String?

    /// How ADB reaches the phones of a cloud server.
    public enum ADBAccess: Hashable, Sendable {
        /// At the server's own address, from a machine inside its network.
        case direct
        /// Through SSH to that port of the server's public address, with the keypair that the cloud knows by the same name.
        case ssh(Keypair?, port: UInt16 = SSHHop.defaultPort)
    }

    /// Whom to log in as on encode services where the farm file says nothing.
    public static let usualEncoderUser = "root"

    /// Names a server.
    public init(
        account: String, id: String? = nil, adb: ADBAccess? = nil, encoderUser: String = CloudServer.usualEncoderUser,
        pool: String? = nil
    ) {
        self.account = account
        self.id = id
        self.adb = adb
        self.encoderUser = encoderUser
        self.pool = pool
    }
}
