public import Curl

/// Whoever has what is fetched, and how it wants to be asked: a web server, or a store that wants every request signed.
public protocol FetchOrigin: Sendable {
    /// A header line that anybody may read.
    typealias Field = (name: String, value: String)

    /// What people read: `https://host/path`, `obs://bucket/key`; without passwords and without a query.
    var name: String { get }

    /// What tells it from any other; kept as a hash only, as it may hold a signature.
    var identity: String { get }

    /// Whether what comes is known to be from there, so that no checksum is needed.
    var isProtected: Bool { get }

    /// Whether a range is asked for with `If-Match`, which an origin answers with 412 when it has another version by now, and
    /// not with `If-Range`.
    var takesIfMatch: Bool { get }

    /// What asks for it, on the lane of the fetcher; nil for the fetcher's own client.
    var client: HTTPClient? { get }

    /// A request for it, with these header lines beside those that the origin asks for.
    ///
    /// - Parameter renewing: Whether the keys of the request before were refused in a way that new ones may cure.
    /// - Throws: What the supply of keys throws; a failure of it ends the fetch.
    func request(_ fields: [Field], limits: HTTPLimits, renewing: Bool) async throws -> HTTPRequest

    /// What an answer that is none of success means in this origin's words; nil for what its status says anywhere.
    func refusal(_ response: HTTPResponse) -> FetchRefusal?
}

/// An answer that said no, in words.
public struct FetchRefusal: Hashable, Sendable {
    /// Why, with the origin's own code and the request's number.
    public let reason: String
    /// What to do about it, where that is known.
    public let advice: String?
    /// Whether the same request may do a little later.
    public let isPassing: Bool
    /// Whether new keys may cure it.
    public let asksForOtherKeys: Bool

    /// Puts an answer into words.
    public init(_ reason: String, advice: String?, isPassing: Bool = false, asksForOtherKeys: Bool = false) {
        self.reason = reason
        self.advice = advice
        self.isPassing = isPassing
        self.asksForOtherKeys = asksForOtherKeys
    }
}

/// A web server.
struct WebOrigin: FetchOrigin {
    let url: HTTPURL
    /// Header lines that the server asks for.
    let fields: [HTTPField]

    var name: String { url.readable }
    var identity: String { url.text }
    var isProtected: Bool { url.isSecure }
    var takesIfMatch: Bool { false }
    var client: HTTPClient? { nil }

    func request(_ fields: [Field], limits: HTTPLimits, renewing: Bool) -> HTTPRequest {
        HTTPRequest("GET", url, fields: self.fields + fields.map { HTTPField($0.name, $0.value) }, limits: limits)
    }

    func refusal(_ response: HTTPResponse) -> FetchRefusal? { nil }
}
