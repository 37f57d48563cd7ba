public import Crypto
import Glibc

/// Keys that a simulated object store takes: an account's own, or temporary ones.
public struct StoreKeys: Hashable, Sendable {
    /// The access key.
    public let id: String
    /// The secret key.
    public let secret: String
    /// What must come with temporary keys; nil for an account's own.
    public let token: String?
    /// When temporary keys end, in seconds since 1970; nil for never.
    public let end: Int?

    /// Names keys.
    public init(id: String, secret: String, token: String? = nil, end: Int? = nil) {
        self.id = id
        self.secret = secret
        self.token = token
        self.end = end
    }
}

/// What a simulated object store is like.
public struct ObjectStoreOptions: Sendable {
    /// How buckets may be named in requests.
    public enum Addressing: Hashable, Sendable {
        /// In the path and in the host's name.
        case both
        /// In the host's name only, as public regions demand: others get `VirtualHostDomainRequired`.
        case virtualHost
    }

    /// Its region.
    public var region: String
    /// The buckets that are there, with their regions; those of other regions are only pointed at.
    public var buckets: [String: String]
    /// The keys that it takes.
    public var keys: [StoreKeys]
    /// How buckets may be named in requests.
    public var addressing: Addressing
    /// The smallest part but the last, in bytes (Cloud Phone API, OBS upload).
    public var smallestPart: Int
    /// The largest body of one request, in bytes (Cloud Phone API, OBS upload).
    public var largestBody: Int
    /// The most entries on a page of any list.
    public var pageLimit: Int
    /// Who it shows itself to be over TLS; nil to speak in the clear.
    public var identity: TLSIdentity?
    /// Its time, in seconds since 1970.
    public var seconds: @Sendable () -> Int

    /// A store as the service has it.
    public init(
        region: String = "cn-north-4", buckets: [String: String] = [:], keys: [StoreKeys] = [],
        addressing: Addressing = .both, smallestPart: Int = 100 << 10, largestBody: Int = 5 << 30,
        pageLimit: Int = 1000, seconds: @escaping @Sendable () -> Int = ObjectStoreOptions.now
    ) {
        self.region = region
        self.buckets = buckets
        self.keys = keys
        self.addressing = addressing
        self.smallestPart = smallestPart
        self.largestBody = largestBody
        self.pageLimit = pageLimit
        self.seconds = seconds
    }

    /// The time of this machine.
    public static let now: @Sendable () -> Int = { time(nil) }
}

/// How a simulated object store misbehaves; each count goes down with the requests that it strikes.
public struct ObjectStoreFaults: Hashable, Sendable {
    /// Requests that are answered with 503 `SlowDown`.
    public var slowDowns = 0
    /// Requests that are answered with 500 `InternalError`, before anything is done.
    public var internalErrors = 0
    /// Uploads that are ended without an answer.
    public var droppedCompletions = 0
    /// Uploads that are ended and answered with 500.
    public var failedCompletions = 0
    /// Uploads that fail behind a status of 200, and are not ended.
    public var lateFailures = 0
    /// Objects whose bodies are cut in the middle.
    public var cutBodies = 0
    /// From this part on every part of an upload is answered with 500; nil for none.
    public var failingParts: Int?
    /// From this part on no part of an upload is answered; nil for none.
    public var stallingParts: Int?
    /// `HEAD` requests for objects that are answered with 500.
    public var failedHeads = 0
    /// Objects and parts that are stored and answered with another mark than theirs.
    public var wrongMarks = 0
    /// Objects whose content is changed by one byte on its way out.
    public var spoiltBodies = 0

    /// A store that behaves.
    public init() {}

    /// Whether a request is struck; counts it.
    static func strike(_ count: inout Int) -> Bool {
        guard count > 0 else { return false }
        count -= 1
        return true
    }
}

/// What a simulated object store was asked for.
public struct ObjectStoreRecord: Hashable, Sendable {
    /// Requests by what they asked for: `PutObject`, `UploadPart`, `ListObjects`.
    public internal(set) var requests: [String: Int] = [:]
    /// Refusals by their codes: `SlowDown`, `SignatureDoesNotMatch`.
    public internal(set) var refusals: [String: Int] = [:]
    /// Bytes of bodies that came.
    public internal(set) var bytesIn = 0
    /// Bytes of objects that were sent.
    public internal(set) var bytesOut = 0
    /// Uploads in parts that were made into objects.
    public internal(set) var completions = 0
}
