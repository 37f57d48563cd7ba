import Crypto
import Signing

/// What must be known to go on with an upload in parts, or to end it.
struct UploadToken: Hashable, Sendable {
    let host: String
    let bucket: String
    let key: String
    let byteCount: Int64
    let modified: Int64
    let contentHash: String?
    /// When it began, in seconds since 1970.
    let began: Int
    var partSize: Int64 = 0
    /// The upload's name at the store; nil when the process ended before it came.
    var uploadID: String?

    init(_ upload: PartedUpload, _ store: ObjectStore, began: Int) {
        host = store.host
        bucket = store.bucket
        key = upload.key
        byteCount = upload.file.byteCount
        modified = upload.file.modified
        contentHash = upload.contentHash
        self.began = began
    }

    /// Whether the file is the one that it was when the upload began.
    func matches(_ upload: PartedUpload) -> Bool {
        key == upload.key && byteCount == upload.file.byteCount && partSize > 0
            && (contentHash == nil ? modified == upload.file.modified : contentHash == upload.contentHash)
    }

    /// Whether it is one of this bucket.
    func belongs(to store: ObjectStore) -> Bool { host == store.host && bucket == store.bucket }

    // MARK: As text

    private static let heading = "drover-upload 1"

    /// Lines of a name and a value; names of strangers are in hexadecimal, so that a line stays a line.
    var text: String {
        """
        \(Self.heading)
        host \(host)
        bucket \(bucket)
        key \(Hex.encode(key.utf8))
        size \(byteCount)
        modified \(modified)
        hash \(Hex.encode((contentHash ?? "").utf8))
        began \(began)
        part-size \(partSize)

        """
    }

    static func line(uploadID: String) -> String { "upload \(Hex.encode(uploadID.utf8))\n" }

    /// Reads what ``text`` and ``line(uploadID:)`` wrote; nil for anything else, such as the half of it.
    init?(text: String) {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.first == Self.heading[...], lines.last == "" else { return nil }
        var values: [Substring: Substring] = [:]
        for line in lines.dropFirst().dropLast() {
            let parts = line.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2 else { return nil }
            values[parts[0]] = parts[1]
        }
        func plain(_ name: Substring) -> String? {
            values[name].flatMap(Hex.decode).map { String(decoding: $0, as: UTF8.self) }
        }
        guard let host = values["host"], let bucket = values["bucket"], let key = plain("key"),
            let byteCount = values["size"].flatMap({ Int64($0) }), byteCount >= 0,
            let modified = values["modified"].flatMap({ Int64($0) }), let hash = plain("hash"),
            let began = values["began"].flatMap({ Int($0) }),
            let partSize = values["part-size"].flatMap({ Int64($0) }), partSize > 0
        else { return nil }
        self.host = String(host)
        self.bucket = String(bucket)
        self.key = key
        self.byteCount = byteCount
        self.modified = modified
        contentHash = hash.isEmpty ? nil : hash
        self.began = began
        self.partSize = partSize
        uploadID = plain("upload")
    }
}
