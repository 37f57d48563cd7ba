public import Archive

/// How a tree becomes an archive.
///
/// What is left as it is gives the same bytes for the same content everywhere.
public struct PackOptions: Hashable, Sendable {
    /// What permissions the entries get.
    public enum Modes: Hashable, Sendable {
        /// 0755 for folders and for files that their owner may execute, 0644 for the other files.
        case usual
        /// As they are on the disk, without set-user-id and the like.
        case keep
        /// These bits for files and those for folders; nil for the usual ones.
        case fixed(files: UInt32?, folders: UInt32?)

        /// These bits for files; folders may be entered by whoever may read them.
        public static func fixed(_ mode: UInt32) -> Self { .fixed(files: mode, folders: mode | (mode & 0o444) >> 2) }
    }

    /// To whom the entries belong; numbers only, as names differ between machines.
    public enum Owners: Hashable, Sendable {
        /// This user and group for everything.
        case fixed(user: UInt32, group: UInt32)
        /// As on the disk.
        case keep
        /// By the path, for a tree that will be unpacked at the root of a phone: see ``PhoneRoot``.
        case phoneRoot
    }

    /// Which time the entries tell.
    public enum Times: Hashable, Sendable {
        /// These seconds since 1970 for everything.
        case fixed(Int64)
        /// As on the disk, in whole seconds.
        case keep
    }

    /// The archive's format; `tar` by default.
    public var format: ArchiveFormat
    /// The compression level; nil for the format's usual one (zstd 3).
    public var level: Int?
    /// The threads that compress zstd, which show nowhere in the bytes; 2 by default, and each more takes 12 MiB or so.
    public var threads: Int
    /// What comes before every path: relative, without a slash at its ends; empty by default.
    public var prefix: String
    /// The permissions.
    public var modes: Modes
    /// The owners; 0:0 by default.
    public var owners: Owners
    /// The times; 1980-01-01T00:00:00Z by default.
    public var times: Times
    /// Whether files with holes keep them where the format can; off by default, as copies of the same content differ in them.
    public var keepsHoles: Bool
    /// Whether the files are hashed while they are packed; on by default.
    public var hashes: Bool

    /// The usual options for a format.
    public init(_ format: ArchiveFormat = .tar) {
        self.format = format
        level = nil
        threads = min(2, Processors.forWork)
        prefix = ""
        modes = .usual
        owners = .fixed(user: 0, group: 0)
        times = .fixed(WrittenEntry.usualTime)
        keepsHoles = false
        hashes = true
    }

    /// The path of an entry in the archive.
    func path(of path: String) -> String { prefix.isEmpty ? path : "\(prefix)/\(path)" }

    /// The permissions of an entry in the archive.
    func mode(of entry: TreeEntry) -> UInt32 {
        if case .link = entry.kind { return 0o777 }
        let isFolder = entry.kind == .folder
        let usual: UInt32 = isFolder || entry.mode & 0o100 != 0 ? 0o755 : 0o644
        switch modes {
        case .usual: return usual
        case .keep: return entry.mode & 0o777
        case .fixed(let files, let folders): return (isFolder ? folders : files) ?? usual
        }
    }

    /// What the archive says of an entry.
    func described(_ entry: TreeEntry, as kind: WrittenEntry.Kind) -> WrittenEntry {
        let path = path(of: entry.path)
        var written = WrittenEntry(path: path, kind: kind, mode: mode(of: entry))
        switch times {
        case .fixed(let seconds): written.modified = seconds
        case .keep: written.modified = entry.stamp.seconds
        }
        switch owners {
        case .fixed(let user, let group): (written.owner, written.group) = (user, group)
        case .keep: (written.owner, written.group) = (entry.user, entry.group)
        case .phoneRoot: (written.owner, written.group) = PhoneRoot.owner(of: path)
        }
        return written
    }
}

/// Who owns what below the root of a phone, by number.
public enum PhoneRoot {
    static let root: UInt32 = 0
    static let system: UInt32 = 1000
    static let mediaRW: UInt32 = 1023
    static let shell: UInt32 = 2000

    /// The owner and group of a path such as `data/local/tmp/a`: shell below `data/local`, media_rw below `data/media`,
    /// system in the rest of `data`, and root elsewhere (Android's `android_filesystem_config.h`).
    static func owner(of path: String) -> (user: UInt32, group: UInt32) {
        func isBelow(_ folder: String) -> Bool { path == folder || path.hasPrefix(folder + "/") }
        if isBelow("data/local") { return (shell, shell) }
        if isBelow("data/media") { return (mediaRW, mediaRW) }
        if isBelow("data") { return (system, system) }
        return (root, root)
    }
}
