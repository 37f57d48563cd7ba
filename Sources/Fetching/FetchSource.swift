public import Crypto
public import Curl

/// Something to fetch, and how it is known to be the right thing.
public struct FetchSource: Sendable {
    /// Who has it.
    public let origin: any FetchOrigin
    /// What its content must hash to; nil to take what comes, which is allowed from a protected origin only.
    public var sha256: SHA256Digest?

    /// Names something to fetch.
    public init(from origin: any FetchOrigin, sha256: SHA256Digest? = nil) {
        self.origin = origin
        self.sha256 = sha256
    }

    /// Names something to fetch from a web server.
    ///
    /// - Parameter fields: Header lines that the server asks for, such as an authorization; they go to no other host.
    public init(_ url: HTTPURL, sha256: SHA256Digest? = nil, fields: [HTTPField] = []) {
        self.init(from: WebOrigin(url: url, fields: fields), sha256: sha256)
    }

    /// The operation's name in messages.
    var operation: String { "fetch \(origin.name)" }
    /// What a record is kept under.
    var place: SHA256Digest { SHA256.hash(of: origin.identity) }
}

/// A file that was fetched, or was there.
public struct FetchedFile: Hashable, Sendable {
    /// Where it is on this machine.
    public let path: String
    /// What it hashes to.
    public let sha256: SHA256Digest
    /// Its size.
    public let byteCount: Int64
    /// The server's own mark of this version, if it gave one.
    public let etag: String?
    /// Whether it was there already, by its checksum or by the server's word.
    public let wasCached: Bool
}

/// How patient fetching is, and how much it takes.
public struct FetchPolicy: Hashable, Sendable {
    /// How many attempts in a row may fail without bringing anything, the first included.
    public var attempts: Int
    /// The pause behind the first failure; it doubles with each one in a row, up to ``longestPause``.
    public var firstPause: Duration
    /// The longest pause, also when the server asks for more.
    public var longestPause: Duration
    /// The size of the largest file that is taken, in bytes.
    public var byteLimit: Int64
    /// The limits of every single request.
    public var limits: HTTPLimits
    /// Whether plain http is taken without a checksum: for tests, whose servers have no certificates.
    var takesPlainText = false

    /// Sets a policy; by default five attempts, pauses from half a second to 30, and files up to 1 TiB.
    public init(
        attempts: Int = 5, firstPause: Duration = .milliseconds(500), longestPause: Duration = .seconds(30),
        byteLimit: Int64 = 1 << 40, limits: HTTPLimits = .download
    ) {
        self.attempts = attempts
        self.firstPause = firstPause
        self.longestPause = longestPause
        self.byteLimit = byteLimit
        self.limits = limits
    }

    /// The pause before the next attempt.
    ///
    /// - Parameters:
    ///   - failures: How many attempts failed in a row; at least 1.
    ///   - asked: What the server asked for.
    ///   - share: From 0 to 1; where in the upper half of the pause to go, so that many machines do not come back at once.
    func pause(after failures: Int, asked: Duration?, share: Double) -> Duration {
        if let asked { return min(asked, longestPause) }
        let doubled = firstPause * Double(1 << min(failures - 1, 20))
        return min(doubled, longestPause) * (0.5 + share / 2)
    }
}
