import CCurl
import SourceText

/// An `http://` or `https://` address.
public struct HTTPURL: Hashable, Sendable {
    /// The address as it is sent, with its user info and query.
    public let text: String
    /// Whether it is asked for over TLS.
    public let isSecure: Bool
    /// The host's name or number, in lower case.
    public let host: String
    /// The port, whether written or not.
    public let port: Int
    /// The path without the query; at least `/`.
    public let path: String
    /// The address for people: without user info, and with `?…` in the place of a query, since queries carry signatures.
    public let readable: String

    /// The longest address, in bytes.
    public static let maximumLength = 8 << 10

    /// Takes an address apart.
    ///
    /// - Throws: ``HTTPError`` when it is no address of `http` or `https`, or has characters that must be percent-encoded.
    public init(_ text: String) throws(HTTPError) {
        guard text.utf8.count <= Self.maximumLength else {
            throw Self.refusal(of: text, "the address is longer than \(Self.maximumLength) bytes")
        }
        guard text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw Self.refusal(of: text, "a blank or a character beyond ASCII must be percent-encoded")
        }
        guard let parts = URLParts(text) else { throw Self.refusal(of: text, "this is no address") }
        guard let scheme = parts[CURLUPART_SCHEME]?.lowercased(), scheme == "https" || scheme == "http",
            let host = parts[CURLUPART_HOST]?.lowercased(), !host.isEmpty,
            let port = parts[CURLUPART_PORT].flatMap({ Int($0) })
        else { throw Self.refusal(of: text, "only addresses with https:// and http:// can be asked for") }
        self.text = text
        self.host = host
        self.port = port
        isSecure = scheme == "https"
        path = parts[CURLUPART_PATH] ?? "/"
        let shownPort = port == (isSecure ? 443 : 80) ? "" : ":\(port)"
        let query = parts[CURLUPART_QUERY] == nil ? "" : "?…"
        let shown = "\(scheme)://\(host)\(shownPort)\(path)"
        readable = (shown.count > 200 ? shown.prefix(199) + "…" : Substring(shown)) + query
    }

    /// Whether both are served by the same host, port and scheme, so that what one may know the other may.
    public func isSameOrigin(as other: Self) -> Bool {
        isSecure == other.isSecure && host == other.host && port == other.port
    }

    /// The name of what is fetched: the last part of the path; nil when the path ends with a slash.
    public var lastComponent: String? {
        path.split(separator: "/", omittingEmptySubsequences: false).last.flatMap { $0.isEmpty ? nil : String($0) }
    }

    /// A text that is no address may hold a password in any place, so only its beginning is shown.
    private static func refusal(of text: String, _ reason: String) -> HTTPError {
        let scheme = text.prefix(12).prefix { $0 != "@" && $0 != "?" }
        let shown = scheme.count < text.count ? "\(scheme)…" : String(scheme)
        return HTTPError(.invalidRequest, "read the address \(terminalSafe(shown))", reason)
    }
}

extension HTTPURL: CustomStringConvertible {
    /// The same as ``readable``.
    public var description: String { readable }
}

/// Owns one address that libcurl has taken apart, so that both read it alike.
private final class URLParts {
    private let handle: OpaquePointer

    init?(_ text: String) {
        guard let handle = curl_url() else { return nil }
        self.handle = handle
        guard curl_url_set(handle, CURLUPART_URL, text, 0) == CURLUE_OK else { return nil }
    }

    deinit { curl_url_cleanup(handle) }

    subscript(part: CURLUPart) -> String? {
        var text: UnsafeMutablePointer<CChar>?
        guard drover_url_get(handle, part, &text, UInt32(CURLU_DEFAULT_PORT)) == CURLUE_OK, let text else { return nil }
        defer { curl_free(text) }
        return String(cString: text)
    }
}
