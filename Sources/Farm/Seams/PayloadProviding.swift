public import Lanes

/// Local things made ready for delivery, each opened, mapped and hashed at most once per run and shared by all phones.
public protocol PayloadProviding: Sendable {
    /// Opens an app: an `.apk`, a folder of splits, an `.apks` or an `.xapk`.
    ///
    /// - Throws: ``PayloadError``.
    func app(at path: String) throws(PayloadError) -> AppPayload

    /// Opens a file or a folder for pushing.
    ///
    /// - Throws: ``PayloadError``.
    func files(at path: String) throws(PayloadError) -> FilesPayload

    /// Hashes a long file block by block, once per run; the last block may be shorter.
    ///
    /// - Parameters:
    ///   - bytes: The whole content.
    ///   - size: Bytes in a block.
    /// - Returns: SHA-256 of each block, as 64 lower-case hex digits.
    func blockHashes(of bytes: SharedBytes, size: Int) async -> [String]

    /// Packs files and links into one tar archive, once for all phones that get the same.
    ///
    /// - Throws: ``PayloadError``.
    func archive(of entries: [FilesPayload.Entry]) async throws(PayloadError) -> SharedBytes

    /// Opens the app that a payload of the playbook names, and compares its checksum.
    ///
    /// - Throws: ``PayloadError``.
    func app(of definition: PayloadDefinition) throws(PayloadError) -> AppPayload

    /// Makes the files ready that a payload of the playbook names: chosen, named, packed and hashed as it says.
    ///
    /// - Returns: Files with a ``FilesPayload/sha256``.
    /// - Throws: ``PayloadError``.
    func files(of definition: PayloadDefinition) throws(PayloadError) -> FilesPayload
}

/// A local file, or the contents of a local folder, ready for pushing.
public struct FilesPayload: Sendable {
    /// One entry, in the order of delivery (sorted by path).
    public struct Entry: Sendable {
        /// The path inside the folder, with `/`; for a single file its own name.
        public let path: String
        /// What it is.
        public let content: FileToPush.Content
        /// Permission bits.
        public let mode: UInt32
        /// Last modification, in seconds since 1970.
        public let modified: Int64
        /// SHA-256 of a file's content as 64 lower-case hex digits; nil for what is no file.
        public let sha256: String?

        /// Describes one entry.
        public init(
            path: String, content: FileToPush.Content, mode: UInt32, modified: Int64, sha256: String? = nil
        ) {
            self.path = path
            self.content = content
            self.mode = mode
            self.modified = modified
            self.sha256 = sha256
        }

        /// The same with the hash of its content.
        public func hashed(_ sha256: String) -> Self {
            Self(path: path, content: content, mode: mode, modified: modified, sha256: sha256)
        }

        /// The same under another path.
        public func renamed(_ path: String) -> Self {
            Self(path: path, content: content, mode: mode, modified: modified, sha256: sha256)
        }
    }

    /// Whether the source is a folder, whose contents are delivered.
    public let isFolder: Bool
    /// What is to be delivered.
    public let entries: [Entry]
    /// Where it came from, for messages.
    public let source: String
    /// SHA-256 in lowercase hex: of a single file's content, of a folder's hash tree; nil when nobody asked for it.
    public let sha256: String?
    /// Whether a file on the phone with the same size and time is the same file; not where all files are given one time.
    public let timesTell: Bool
    /// Whether the payload's own rules leave a path inside it out, and whether that path is a folder; nil without rules.
    public let leavesOut: (@Sendable (_ path: [UInt8], _ isFolder: Bool) -> Bool)?
    /// What is made out of it for phones; the same for every copy of this value.
    public let derived = DerivedValues<String>()

    /// Describes what is to be delivered.
    public init(
        isFolder: Bool, entries: [Entry], source: String, sha256: String? = nil, timesTell: Bool = true,
        leavesOut: (@Sendable (_ path: [UInt8], _ isFolder: Bool) -> Bool)? = nil
    ) {
        self.isFolder = isFolder
        self.entries = entries
        self.source = source
        self.sha256 = sha256
        self.timesTell = timesTell
        self.leavesOut = leavesOut
    }

    /// How many of the entries are files or links; empty folders do not count.
    public var fileCount: Int {
        entries.count { if case .folder = $0.content { false } else { true } }
    }

    /// Bytes of all regular files together.
    public var size: UInt64 {
        entries.reduce(0) { sum, entry in
            guard case .bytes(let bytes) = entry.content else { return sum }
            return sum + UInt64(bytes.count)
        }
    }
}

/// Why something local cannot be delivered.
public struct PayloadError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The path as it was given.
    public let path: String
    /// The cause, in words for people: `no such file`, `is empty`, `is a folder, and an app is due`, `is no zip archive`.
    public let reason: String
    /// What to do about it; nil when the reason says it all.
    public let advice: String?

    /// Describes one failure.
    public init(path: String, reason: String, advice: String? = nil) {
        self.path = path
        self.reason = reason
        self.advice = advice
    }

    /// `path reason`.
    public var description: String { "\(path) \(reason)" }
}
