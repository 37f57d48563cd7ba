public import Crypto

/// The SHA-256 of every file of a tree, and one of the whole.
///
/// The whole is the SHA-256 of these five fields for every entry, in the order of the paths' bytes, each followed by a
/// zero byte: the path; `f`, `d` or `l` for file, folder and link; the permission bits as four octal digits (`0000` for
/// a link); the size in decimal digits (0 but for files); the file's hash in 64 lower-case digits, the link's text, or
/// nothing. A hard link counts as the file that it is. Times and owners count for nothing, and so the same content has
/// the same hash wherever it lies and however it is packed.
public struct HashTree: Hashable, Sendable {
    /// One entry of the tree.
    public struct Entry: Hashable, Sendable {
        /// What it is.
        public enum Content: Hashable, Sendable {
            /// A file's size in bytes and the hash of its content.
            case file(size: UInt64, SHA256Digest)
            /// A folder.
            case folder
            /// A symbolic link's text.
            case link(to: String)
        }

        /// The path, as it will be delivered.
        public let path: String
        /// The permission bits, as they will be delivered.
        public let mode: UInt32
        /// What it is.
        public let content: Content

        /// Puts an entry together.
        public init(path: String, mode: UInt32, content: Content) {
            self.path = path
            self.mode = mode
            self.content = content
        }
    }

    /// All entries, sorted by the bytes of their paths.
    public let entries: [Entry]
    /// The hash of the whole.
    public let root: SHA256Digest

    /// Hashes the whole; the entries may come in any order.
    public init(_ entries: [Entry]) {
        let entries = entries.sorted { precedes($0.path, $1.path) }
        var hash = SHA256()
        var line: [UInt8] = []
        for entry in entries {
            line.removeAll(keepingCapacity: true)
            entry.append(to: &line)
            hash.update(line)
        }
        self.entries = entries
        root = hash.finish()
    }
}

extension HashTree.Entry {
    fileprivate func append(to line: inout [UInt8]) {
        func field(_ text: String) {
            line.append(contentsOf: text.utf8)
            line.append(0)
        }
        let digits = String(mode & 0o7777, radix: 8)
        field(path)
        switch content {
        case .file(let size, let hash):
            field("f")
            field(String(repeating: "0", count: 4 - digits.count) + digits)
            field(String(size))
            field(hash.hex)
        case .folder:
            field("d")
            field(String(repeating: "0", count: 4 - digits.count) + digits)
            field("0")
            field("")
        case .link(let text):
            field("l")
            field("0000")
            field("0")
            field(text)
        }
    }
}
