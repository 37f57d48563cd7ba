public import Lanes

/// One thing of a tree that is put on a server.
public struct SFTPTreeItem: Sendable {
    /// What is put there.
    public enum Content: Sendable {
        /// A regular file; its bytes are asked for when it is its turn, on the lane, and let go behind it.
        case file(size: Int, bytes: @Sendable () throws -> SharedBytes)
        /// A folder; the folders of everything are made too.
        case folder
        /// A symbolic link with this text.
        case link(to: [UInt8])
    }

    /// Where it goes, below the tree's root: plain names and slashes.
    public let path: SFTPPath
    /// What goes there.
    public let content: Content
    /// Permission bits.
    public let mode: UInt32
    /// The time of the last change, in seconds since 1970; nil for the server's time now.
    public let modified: Int64?
    /// Names the content in its part's name; nil for one of its size and time.
    public let tag: String?

    /// Describes one thing.
    public init(_ path: SFTPPath, _ content: Content, mode: UInt32 = 0o644, modified: Int64?, tag: String? = nil) {
        self.path = path
        self.content = content
        self.mode = mode
        self.modified = modified
        self.tag = tag
    }

    /// The name of this content among the parts of interrupted uploads.
    var partTag: String {
        guard case .file(let size, _) = content else { return tag ?? "link" }
        return tag ?? "\(String(size, radix: 36))\(String(UInt32(clamping: modified ?? 0), radix: 36))"
    }
}

/// How a tree is put on a server.
public struct SFTPTreeOptions: Sendable {
    /// Whether files stay as they are whose size and time are those of the item; times must be given for that.
    public var skipsUnchanged = false
    /// Whether the server is to have files on its disk before they get their names.
    public var syncs = false
    /// How interrupted uploads are gone on with.
    public var resume = SFTPUploadOptions.Check.tail(bytes: 256 * 1024)
    /// Permission bits of folders that are made only because something lies in them.
    public var folderMode: UInt32 = 0o755

    /// Options by default.
    public init() {}
}

/// Something of a tree that could not be moved; the rest was.
public struct SFTPTreeRefusal: Hashable, Sendable {
    /// Where it lies, below the tree's root.
    public let path: SFTPPath
    /// Why.
    public let error: SFTPError
}

/// What moving a tree came to.
public struct SFTPTreeReport: Hashable, Sendable {
    /// Files and links that were moved.
    public internal(set) var moved = 0
    /// Files and links that were there already.
    public internal(set) var unchanged = 0
    /// Bytes of files that were moved.
    public internal(set) var bytes: UInt64 = 0
    /// Bytes that were there from an interrupted run and were kept.
    public internal(set) var keptBytes: UInt64 = 0
    /// What could not be moved, sorted by its path.
    public internal(set) var refusals: [SFTPTreeRefusal] = []
    /// Files that changed while they were read, sorted; what came of them is what they were at some time in between.
    public internal(set) var changed: [SFTPPath] = []
    /// How many were not tried after the same refusal had come several times.
    public internal(set) var untried = 0

    mutating func refuse(_ path: SFTPPath, _ error: SFTPError) {
        refusals.append(SFTPTreeRefusal(path: path, error: error))
    }

    mutating func sort() {
        refusals.sort { $0.path.bytes.lexicographicallyPrecedes($1.path.bytes) }
        changed.sort { $0.bytes.lexicographicallyPrecedes($1.bytes) }
    }
}

extension SFTPPath {
    /// The names of a path below a root; nil when it is no such path.
    var plainNames: [[UInt8]]? {
        let names = bytes.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).map(Array.init)
        let isPlain = names.allSatisfy { !$0.isEmpty && $0 != [0x2E] && $0 != [0x2E, 0x2E] && !$0.contains(0) }
        return isPlain ? names : nil
    }
}
