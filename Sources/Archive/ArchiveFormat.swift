/// The kinds of archive that can be written.
public enum ArchiveFormat: Hashable, Sendable, CaseIterable {
    /// Tar with pax headers where ustar has no place for something: the widest, read everywhere.
    case tar
    /// Tar as POSIX had it in 1988: names up to 255 bytes, files below 8 GiB.
    case ustar
    /// ``tar`` compressed with zstd.
    case tarZstd
    /// ``tar`` compressed with gzip.
    case tarGzip
    /// ``tar`` compressed with lz4.
    case tarLz4
    /// Zip, with zip64 where sizes need it.
    case zip

    /// The word for it, which is also the ending of files (`ustar` apart): `tar.zst`.
    public var name: String {
        switch self {
        case .tar: "tar"
        case .ustar: "ustar"
        case .tarZstd: "tar.zst"
        case .tarGzip: "tar.gz"
        case .tarLz4: "tar.lz4"
        case .zip: "zip"
        }
    }

    /// Finds a format by its word (`tar.zst`) or by a file's name (`assets.tar.zst`, `a.tgz`), whatever the case of
    /// the letters; `nil` for an unknown one.
    public init?(name: String) {
        let lowered = name.lowercased()
        let endings: [(ending: String, format: ArchiveFormat)] =
            Self.allCases.map { ($0.name, $0) } + [("tgz", .tarGzip), ("tzst", .tarZstd), ("tar.zstd", .tarZstd)]
        guard let found = endings.first(where: { lowered == $0.ending || lowered.hasSuffix(".\($0.ending)") }) else {
            return nil
        }
        self = found.format
    }

    /// Whether an entry can be a second name of an earlier one.
    public var takesHardLinks: Bool { self != .zip }

    /// Whether holes of a sparse file stay holes; elsewhere they are written as zeros.
    public var takesHoles: Bool {
        switch self {
        case .tar, .tarZstd, .tarGzip, .tarLz4: true
        case .ustar, .zip: false
        }
    }
}

/// How an archive is written; the bytes depend on the level alone, never on the machine.
public struct ArchiveWriterOptions: Hashable, Sendable {
    /// The compression level in the words of the compressor; `nil` is 3 for zstd, 6 for gzip and zip, 1 for lz4, and 0 for zip
    /// stores without compressing.
    public var level: Int?
    /// The threads that compress zstd, 1 to 64; more of them change the speed and the memory, not the bytes.
    public var threads: Int
    /// Whether little memory counts for more than speed: the caller's thread compresses, in small blocks.
    ///
    /// For many archives at a time. A `tar.zst` then has other bytes than without, and always the same ones.
    public var isSparing: Bool

    /// The usual options: the usual level, two threads.
    public init(level: Int? = nil, threads: Int = 2, isSparing: Bool = false) {
        self.level = level
        self.threads = threads
        self.isSparing = isSparing
    }
}
