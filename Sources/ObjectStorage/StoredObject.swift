import Curl

/// What a store says of an object.
public struct StoredObject: Hashable, Sendable {
    /// The object's name.
    public let key: String
    /// Its size, in bytes.
    public let byteCount: Int64
    /// Its mark without quotes: the MD5 in hex of an object that came in one piece, with `-` and the number of parts of
    /// one that came in parts; empty when the store gave none.
    public let etag: String
    /// When it was last changed, as the store writes it; nil when it did not say.
    public let lastModified: String?
    /// The type of its content; nil in lists.
    public let contentType: String?
    /// The upload in parts that made it; nil when it came in one piece, and at stores that do not say.
    public let uploadID: String?

    /// The name of the note that says on which day an object that was staged may go: `2026-01-09`.
    public static let expiryNote = "drover-expires"

    /// The day on which it may go; nil when nobody said so.
    public var expiryDay: String? { note(Self.expiryNote) }

    private let headers: HTTPHeaders

    /// What was noted beside it under a name when it was put; nil when nothing was, and in lists, which do not show it.
    public func note(_ name: String) -> String? { headers["x-obs-meta-\(name)"] ?? headers["x-amz-meta-\(name)"] }

    /// An object of a list.
    init?(listed element: XMLElement) {
        guard let key = element["Key"]?.text, !key.isEmpty, let size = element.text(of: "Size").flatMap({ Int64($0) }),
            size >= 0
        else { return nil }
        self.key = key
        byteCount = size
        etag = Self.unquoted(element.text(of: "ETag"))
        lastModified = element.text(of: "LastModified")
        headers = HTTPHeaders()
        contentType = nil
        uploadID = nil
    }

    /// An object as the header lines of an answer describe it.
    init?(_ key: String, head: HTTPResponse) {
        guard let size = head.headers["content-length"].flatMap({ Int64($0) }), size >= 0 else { return nil }
        self.key = key
        byteCount = size
        etag = Self.unquoted(head.headers["etag"])
        lastModified = head.headers["last-modified"]
        contentType = head.headers["content-type"]
        uploadID = head.headers["x-obs-uploadid"]
        headers = head.headers
    }

    static func unquoted(_ etag: String?) -> String {
        guard let etag else { return "" }
        return etag.utf8.count >= 2 && etag.hasPrefix("\"") && etag.hasSuffix("\"")
            ? String(etag.dropFirst().dropLast()) : etag
    }
}
