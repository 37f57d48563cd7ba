import Crypto
import Glibc

/// What is known of a file that was fetched, or of the part that has come; kept in a small file beside it.
///
/// The address is kept as a hash only, since it may carry a signature that opens the server to whoever reads it.
struct FetchRecord: Hashable {
    /// The hash of the address.
    var place: SHA256Digest
    /// What the server calls this version.
    var etag: String?
    /// When the server says that it changed.
    var lastModified: String?
    /// How many bytes the whole has, if the server said.
    var total: Int64?
    /// What the caller expected it to hash to.
    var expected: SHA256Digest?
    /// The machine's start in which a part was written: what was not yet on disk when the power went is not counted on.
    var boot: String?
    /// The content's hash and the file it is in, once it is whole.
    var whole: Whole?

    /// A whole file and how to tell that it is still the one that was hashed.
    struct Whole: Hashable {
        let sha256: SHA256Digest
        let mark: FileMark
    }

    /// What `If-Range` may carry: a weak ETag does not promise the same bytes.
    var rangeValidator: String? {
        if let etag, !etag.hasPrefix("W/") { return etag }
        return lastModified
    }

    /// Whether the server can be asked whether there is something newer.
    var isConditional: Bool { etag != nil || lastModified != nil }

    private static let heading = "drover-fetch 1"

    /// The record as it is written.
    var text: String {
        var lines = [Self.heading, "place \(place.hex)"]
        func add(_ key: String, _ value: String?) {
            if let value { lines.append("\(key) \(value)") }
        }
        add("etag", etag)
        add("last-modified", lastModified)
        add("total", total.map(String.init))
        add("expected", expected?.hex)
        add("boot", boot)
        add("sha256", whole?.sha256.hex)
        add("mark", whole?.mark.text)
        return (lines + ["end", ""]).joined(separator: "\n")
    }

    /// A record of a place about which nothing is known.
    init(place: SHA256Digest) { self.place = place }

    /// Reads a record; nil when it is another kind of file, or torn.
    init?(_ text: String) {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.count >= 4, lines[0] == Self.heading, lines.suffix(2) == ["end", ""] else { return nil }
        var values: [Substring: String] = [:]
        for line in lines.dropFirst().dropLast(2) {
            guard let space = line.firstIndex(of: " ") else { return nil }
            values[line[..<space]] = String(line[line.index(after: space)...])
        }
        guard let place = values["place"].flatMap({ SHA256Digest(hex: $0) }) else { return nil }
        self.place = place
        etag = values["etag"]
        lastModified = values["last-modified"]
        total = values["total"].flatMap { ContentRange.number($0) }
        expected = values["expected"].flatMap { SHA256Digest(hex: $0) }
        boot = values["boot"]
        if let sha256 = values["sha256"].flatMap({ SHA256Digest(hex: $0) }),
            let mark = values["mark"].flatMap({ FileMark($0) })
        {
            whole = Whole(sha256: sha256, mark: mark)
        }
    }

    /// A server's mark as it can be kept in a line and sent back: ASCII that can be seen, and not endless.
    static func kept(_ value: String?) -> String? {
        guard let value, (1...512).contains(value.utf8.count), value.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) else {
            return nil
        }
        return value
    }
}

/// Tells whether a file is the one that was looked at before, without reading it.
struct FileMark: Hashable {
    let byteCount: Int64
    private let inode: UInt64
    private let modified: Int64

    init(_ status: stat) {
        byteCount = Int64(status.st_size)
        inode = UInt64(status.st_ino)
        modified = Int64(status.st_mtim.tv_sec) &* 1_000_000_000 &+ Int64(status.st_mtim.tv_nsec)
    }

    /// The mark of a regular file; nil when there is none.
    init?(path: String) {
        var status = stat()
        guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        self.init(status)
    }

    var text: String { "\(byteCount) \(inode) \(modified)" }

    init?(_ text: String) {
        let parts = text.split(separator: " ")
        guard parts.count == 3, let byteCount = ContentRange.number(parts[0]), let inode = UInt64(parts[1]),
            let modified = Int64(parts[2])
        else { return nil }
        self.byteCount = byteCount
        self.inode = inode
        self.modified = modified
    }
}
