/// One entry to be written; what is left out is what makes archives the same on every machine.
public struct WrittenEntry: Hashable, Sendable {
    /// What the entry is.
    public enum Kind: Hashable, Sendable {
        /// A regular file of `size` bytes.
        ///
        /// `data` names the stretches that hold data, in order and without overlap; the rest are holes. `nil` is a file
        /// without holes. Only the bytes of the stretches are given to ``ArchiveWriter/write(_:)``.
        case file(size: UInt64, data: [Range<UInt64>]? = nil)
        /// A folder.
        case folder
        /// A symbolic link with its text.
        case link(to: String)
        /// A second name of an entry that was written before; not in zip.
        case hardLink(to: String)
    }

    /// 1980-01-01T00:00:00Z in seconds since 1970: the oldest time that every format can tell.
    public static let usualTime: Int64 = 315_532_800

    /// The name inside the archive, with `/` between folders.
    public var path: String
    /// What the entry is.
    public var kind: Kind
    /// The permission bits, such as 0o644.
    public var mode: UInt32
    /// Seconds since 1970, UTC.
    public var modified: Int64
    /// The owner's number.
    public var owner: UInt32
    /// The group's number.
    public var group: UInt32

    /// Describes an entry.
    ///
    /// - Parameters:
    ///   - mode: The permission bits; by default 0755 for folders, 0777 for links and 0644 for the rest.
    ///   - modified: Seconds since 1970; by default ``usualTime``.
    public init(
        path: String, kind: Kind, mode: UInt32? = nil, modified: Int64 = usualTime, owner: UInt32 = 0, group: UInt32 = 0
    ) {
        self.path = path
        self.kind = kind
        self.mode =
            mode
            ?? {
                switch kind {
                case .folder: 0o755
                case .link: 0o777
                case .file, .hardLink: 0o644
                }
            }()
        self.modified = modified
        self.owner = owner
        self.group = group
    }

    /// The bytes that ``ArchiveWriter/write(_:)`` is owed for it.
    var dataSize: UInt64 {
        guard case .file(let size, let data) = kind else { return 0 }
        return data.map { $0.reduce(0) { $0 + UInt64($1.count) } } ?? size
    }

    /// Why it cannot be written at all; `nil` when it can.
    var fault: String? {
        if path.isEmpty { return "an entry needs a name" }
        if path.utf8.contains(0) { return "a name holds a NUL" }
        switch kind {
        case .link(let text), .hardLink(let text):
            return text.isEmpty || text.utf8.contains(0) ? "a link needs a text without a NUL" : nil
        case .folder: return nil
        case .file(let size, let data):
            if size > UInt64(Int64.max) { return "a file has at most 2^63 bytes" }
            var end: UInt64 = 0
            for range in data ?? [] {
                guard range.lowerBound >= end, range.upperBound <= size else {
                    return "the data of a sparse file must be in order and inside the file"
                }
                end = range.upperBound
            }
            return nil
        }
    }
}
