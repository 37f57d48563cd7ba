import Crypto
import Signing

/// A file on its way in parts.
struct PartedUpload: Sendable {
    let file: SourceFile
    let key: String
    /// The fields with which the upload begins.
    let fields: [SignableRequest.Field]
    /// The hash of the whole content, where the caller knows it.
    let contentHash: String?
    let operation: String

    /// One part.
    struct Part: Hashable {
        /// From 1 on.
        let number: Int
        let offset: Int64
        let count: Int64
    }

    /// How many parts of that size the file has; at least one.
    func partCount(of size: Int64) -> Int { max(1, Int((file.byteCount + size - 1) / size)) }

    func part(_ number: Int, of size: Int64) -> Part {
        let offset = Int64(number - 1) * size
        return Part(number: number, offset: offset, count: min(size, file.byteCount - offset))
    }

    /// The mark of the whole: the MD5 of the parts' MD5s, with their number (Cloud Phone API, OBS upload).
    static func etag(of digests: [[UInt8]]) throws(CryptoError) -> String {
        Hex.encode(try MD5.hash(of: Array(digests.joined()))) + "-\(digests.count)"
    }

    /// What ends the upload: the parts in their order.
    static func completion(_ etags: [String]) -> [UInt8] {
        var text = "<CompleteMultipartUpload>"
        for (place, etag) in etags.enumerated() {
            text += "<Part><PartNumber>\(place + 1)</PartNumber><ETag>\"\(etag.xmlEscaped)\"</ETag></Part>"
        }
        return Array((text + "</CompleteMultipartUpload>").utf8)
    }
}
