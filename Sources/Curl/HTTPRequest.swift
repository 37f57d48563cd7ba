/// What a client asks of a server.
public struct HTTPRequest: Hashable, Sendable {
    /// The method, in capitals: `GET`, `HEAD`, `PUT`, `POST`, `DELETE`.
    public var method: String
    /// Whom and what to ask.
    public var url: HTTPURL
    /// Header lines beyond those that the library writes itself.
    public var fields: [HTTPField]
    /// What is sent along.
    public var body: HTTPBody
    /// How long it may take and how much may come back.
    public var limits: HTTPLimits
    /// How many redirections are followed; with 0 the redirection itself is the answer.
    public var redirections: Int

    /// Puts a request together.
    public init(
        _ method: String, _ url: HTTPURL, fields: [HTTPField] = [], body: HTTPBody = .none,
        limits: HTTPLimits = HTTPLimits(), redirections: Int = 10
    ) {
        self.method = method
        self.url = url
        self.fields = fields
        self.body = body
        self.limits = limits
        self.redirections = redirections
    }

    /// The operation's name in messages: `GET https://host/path`.
    var operation: String { "\(method) \(url.readable)" }
}

extension HTTPRequest: CustomStringConvertible {
    /// The method and the address without its secrets.
    public var description: String { operation }
}

/// What a request sends along.
public enum HTTPBody: Hashable, Sendable {
    /// Nothing.
    case none
    /// Bytes in memory.
    case bytes([UInt8])
    /// `count` bytes of a file from `offset` on, read as they are sent; without a count up to the file's end.
    case file(path: String, offset: Int64 = 0, count: Int64? = nil)
}

/// How long a request may take, phase by phase, and how much may come back.
public struct HTTPLimits: Hashable, Sendable {
    /// From the start until the connection stands, its TLS included.
    public var connect: Duration
    /// From the last byte sent until the first that comes back.
    public var firstByte: Duration
    /// Without a byte, once they have begun to come.
    public var stall: Duration
    /// For the whole, redirections included; nil for none.
    public var total: Duration?
    /// Bytes of all header lines of one answer.
    public var headerBytes: Int
    /// Bytes of a body that is kept in memory; a download's sink has its own limit.
    public var bodyBytes: Int

    /// Sets limits.
    public init(
        connect: Duration = .seconds(15), firstByte: Duration = .seconds(30), stall: Duration = .seconds(30),
        total: Duration? = .seconds(300), headerBytes: Int = 64 << 10, bodyBytes: Int = 8 << 20
    ) {
        self.connect = connect
        self.firstByte = firstByte
        self.stall = stall
        self.total = total
        self.headerBytes = headerBytes
        self.bodyBytes = bodyBytes
    }

    /// The limits of downloads: as long as bytes come, they may take any time.
    public static let download = HTTPLimits(total: nil)
}
