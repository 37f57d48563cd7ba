public import Secrets

/// Where to log in over SSH, as whom, and how either side proves itself.
public struct SSHLogin: Sendable {
    /// The host's name or address, as it stands in the farm file.
    public var host: String
    /// The port of its SSH server.
    public var port: UInt16
    /// Whom to log in as.
    public var user: String
    /// What to log in with, in the order of trying.
    public var credentials: [SSHCredential]
    /// The algorithms of host keys, the most wanted first; empty for the library's own order.
    ///
    /// Those whose keys are known already come first, or a host that has keys of several types would look changed.
    public var hostKeyAlgorithms: [String]
    /// Judges the host's key before anything is told to it; throws ``SSHError`` with the code `hostKey`.
    public var judge: @Sendable (SSHHostKey) async throws -> Void
    /// The limits of the phases.
    public var limits: SSHLimits

    /// Says where and how to log in.
    public init(
        host: String, port: UInt16, user: String, credentials: [SSHCredential], hostKeyAlgorithms: [String] = [],
        limits: SSHLimits = SSHLimits(), judge: @escaping @Sendable (SSHHostKey) async throws -> Void
    ) {
        self.host = host
        self.port = port
        self.user = user
        self.credentials = credentials
        self.hostKeyAlgorithms = hostKeyAlgorithms
        self.limits = limits
        self.judge = judge
    }

    /// `root@10.0.9.4:22`, for messages.
    public var name: String { "\(user)@\(host.contains(":") ? "[\(host)]" : host):\(port)" }
}

/// The key by which a host proved itself.
public struct SSHHostKey: Hashable, Sendable {
    /// The key as the protocol carries it: its algorithm's name and numbers.
    public let blob: [UInt8]

    /// Takes a key over.
    public init(blob: [UInt8]) { self.blob = blob }
}

/// Something to log in with.
public enum SSHCredential: Sendable {
    /// A private key in a file's format: PEM, PKCS#8 or OpenSSH's own.
    case key(SSHPrivateKey)
    /// A key that somebody else holds and signs with, such as ssh-agent.
    case signer(any SSHSigning)

    /// What messages call it.
    public var name: String {
        switch self {
        case .key(let key): key.name
        case .signer(let signer): signer.name
        }
    }
}

/// A private key and what opens it.
public struct SSHPrivateKey: Sendable {
    /// What messages call it: its path.
    public let name: String
    /// The file's content.
    public let content: Secret
    /// What the key is encrypted with; nil when it is not.
    public let passphrase: Secret?
    /// Whether it is an RSA key, which old libraries cannot use with servers of today.
    public let isRSA: Bool

    /// Takes a key over.
    public init(name: String, content: Secret, passphrase: Secret?, isRSA: Bool) {
        self.name = name
        self.content = content
        self.passphrase = passphrase
        self.isRSA = isRSA
    }
}

/// Somebody who holds a key and signs with it.
public protocol SSHSigning: Sendable {
    /// What messages call the key.
    var name: String { get }
    /// The public key as the protocol carries it.
    var publicKey: [UInt8] { get }

    /// Signs; called on the connection's lane.
    ///
    /// - Parameter algorithm: The signature's algorithm, such as `rsa-sha2-512` or `ssh-ed25519`.
    /// - Returns: The bare signature, without the name of its algorithm before it.
    func sign(_ data: [UInt8], algorithm: String) async throws -> [UInt8]
}

/// How long a host may take for each phase of a connection.
public struct SSHLimits: Hashable, Sendable {
    /// For the connection to stand.
    public var connect: Duration = .seconds(10)
    /// For the first word of the server.
    public var banner: Duration = .seconds(10)
    /// For the exchange of keys.
    public var keyExchange: Duration = .seconds(20)
    /// For the login.
    public var login: Duration = .seconds(20)
    /// For a channel to be opened, what runs in it included.
    public var channel: Duration = .seconds(15)
    /// Silence after which the host is asked whether it still lives; after three such questions without an answer the
    /// connection counts as lost.
    public var keepAlive: Duration = .seconds(15)
    /// For a command that was given up to heed SIGTERM, and again to be gone after SIGKILL.
    public var ending: Duration = .seconds(2)

    /// The usual limits.
    public init() {}
}
