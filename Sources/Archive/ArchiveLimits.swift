/// How much of an archive is read before it is refused.
public struct ArchiveLimits: Hashable, Sendable {
    /// The number of entries.
    public var entries: Int
    /// The bytes of all contents that are read, after decompression, holes of sparse files among them.
    public var bytes: UInt64
    /// How many bytes of content one byte of the archive may become, holes left out.
    ///
    /// Looked at only when more than ``ratioGrace`` bytes have come out. Deflate reaches 1,032 at most, so that only
    /// zip files whose entries share their bytes get beyond the usual limit.
    public var ratio: UInt64
    /// The bytes of one entry's path.
    public var pathLength: Int
    /// The folders of one entry's path.
    public var depth: Int

    /// The bytes that come out before ``ratio`` is looked at: 64 MiB.
    public static let ratioGrace: UInt64 = 64 << 20

    /// Limits for one reading; the defaults are 1,000,000 entries, 64 GiB, 1,100 bytes out of one, paths of 4,096
    /// bytes and 256 folders.
    public init(
        entries: Int = 1_000_000, bytes: UInt64 = 64 << 30, ratio: UInt64 = 1_100, pathLength: Int = 4_096,
        depth: Int = 256
    ) {
        self.entries = entries
        self.bytes = bytes
        self.ratio = ratio
        self.pathLength = pathLength
        self.depth = depth
    }
}

/// The kinds of archive that a reader accepts.
public enum ArchiveKinds: Hashable, Sendable {
    /// Zip, by the directory at its end; a file that lost its end is refused.
    case zip
    /// Tar (ustar, pax, GNU), zip, 7z and cpio, plain or compressed with gzip, zstd, lz4, xz or bzip2.
    case all
}
