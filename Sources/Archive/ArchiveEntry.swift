/// One entry of an archive, as the archive describes it: nothing here can be trusted.
public struct ArchiveEntry: Hashable, Sendable {
    /// What an entry is.
    public enum Kind: Hashable, Sendable {
        /// A regular file.
        case file
        /// A folder.
        case folder
        /// A symbolic or hard link.
        case link
        /// A device, a pipe or a socket.
        case other
    }

    /// The entry's name, with `/`; it may be absolute or climb with `..`.
    public let path: String
    /// What the entry is.
    public let kind: Kind
    /// The size in bytes that the archive tells; `nil` when it tells none before the content.
    public let size: UInt64?

    init(path: String, kind: Kind, size: UInt64?) {
        self.path = path
        self.kind = kind
        self.size = size
    }
}

/// How much of an archive is read before it is refused.
public struct ArchiveLimits: Hashable, Sendable {
    /// The number of entries.
    public var entries: Int
    /// The bytes of all contents that are read, after decompression.
    public var bytes: UInt64

    /// Limits for one reading; the defaults are 1,000,000 entries and 64 GiB.
    public init(entries: Int = 1_000_000, bytes: UInt64 = 64 << 30) {
        self.entries = entries
        self.bytes = bytes
    }
}
