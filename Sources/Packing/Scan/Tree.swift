import Glibc

/// What a scan found: everything that is to be packed or delivered, in the order of its paths' bytes.
public struct Tree: Sendable {
    /// A folder that was scanned, or that holds a file which was named.
    public struct Root: Hashable, Sendable {
        /// As it was given.
        public let path: String
        /// How it looked then.
        public let stamp: FileStamp
        /// Whether everything in it was looked at, and not only one file.
        let isWalked: Bool
    }

    /// A folder that was gone through, whether or not it is an entry.
    public struct WalkedFolder: Hashable, Sendable {
        /// Which root it lies in.
        public let root: Int
        /// Its path in the root.
        public let path: String
        /// How it looked before its names were read.
        public let stamp: FileStamp
    }

    /// When the scan began, in seconds since 1970.
    public let began: Int64
    /// The roots, as they were given.
    public let roots: [Root]
    /// Files, folders and links, sorted by the bytes of their paths.
    public internal(set) var entries: [TreeEntry]
    /// All folders below the roots that were gone through.
    public let walked: [WalkedFolder]

    /// Bytes of all files, each counted once however many hard links lead to it.
    public var bytes: UInt64 {
        entries.reduce(0) { $1.kind == .file ? $0 + UInt64($1.stamp.size) : $0 }
    }

    /// How many files there are, hard links counted.
    public var fileCount: Int {
        entries.reduce(0) { count, entry in
            switch entry.kind {
            case .file, .hardLink: count + 1
            case .folder, .link: count
            }
        }
    }
}

/// A file, folder or link of a tree, as a scan saw it.
public struct TreeEntry: Hashable, Sendable {
    /// What an entry is.
    public enum Kind: Hashable, Sendable {
        /// A regular file.
        case file
        /// A folder.
        case folder
        /// A symbolic link and its text, which may lead nowhere.
        case link(to: String)
        /// The same file as the one at a path that comes earlier.
        case hardLink(to: String)
    }

    /// Relative to its root, with `/`.
    public let path: String
    /// What it is.
    public internal(set) var kind: Kind
    /// The permission bits with set-user-id and the like.
    public let mode: UInt32
    /// The numeric owner.
    public let user: UInt32
    /// The numeric group.
    public let group: UInt32
    /// How it looked.
    public let stamp: FileStamp
    /// Which root it lies in.
    public let root: Int
    /// Whether the file takes less room on the disk than its size tells.
    public let hasHoles: Bool
    /// How many names the file has, counted over the whole file system.
    let names: Int

    init(_ path: String, _ kind: Kind, _ status: stat, root: Int) {
        self.path = path
        self.kind = kind
        self.root = root
        mode = status.st_mode & 0o7777
        user = status.st_uid
        group = status.st_gid
        stamp = FileStamp(status)
        hasHoles = Int64(status.st_blocks) * 512 < Int64(status.st_size)
        names = Int(status.st_nlink)
    }
}
