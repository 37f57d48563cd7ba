/// What is to be delivered, in the words of a playbook's `payloads:` and with every value put in.
///
/// The same for all phones of a run. It says what is wanted and was checked for what a text can tell; whether it can be
/// had is known when a ``PayloadProviding`` opens it.
public struct PayloadDefinition: Hashable, Sendable {
    /// How the files travel and arrive.
    public enum Packing: String, Hashable, Sendable, CaseIterable {
        /// As the files that they are.
        case none
        /// As one tar.
        case tar
        /// As one tar compressed with zstd.
        case tarZstd = "tar.zst"
        /// As one zip.
        case zip
    }

    /// When the files were last modified, as the phone or the archive is told.
    public enum Modified: Hashable, Sendable {
        /// As they are at their source.
        case keep
        /// 1980-01-01T00:00:00Z for all of them, so that the same content gives the same bytes.
        case fixed
        /// A time for all of them, in seconds since 1970.
        case at(Int64)
    }

    /// Whom the files of a tar belong to, by the numbers that Android knows.
    public struct Owner: Hashable, Sendable {
        /// The user's number.
        public let user: UInt32
        /// The group's number.
        public let group: UInt32

        /// Names an owner.
        public init(user: UInt32, group: UInt32) {
            self.user = user
            self.group = group
        }

        /// The accounts of Android that may be named: `system/core/libcutils/include/private/android_filesystem_config.h`.
        public static let accounts: [String: UInt32] = ["root": 0, "system": 1000, "shell": 2000, "media_rw": 1023]
    }

    /// What the paths must look like.
    public enum Layout: String, Hashable, Sendable, CaseIterable {
        /// They begin with a folder of a phone's root: `data/local/tmp/game.bin`.
        case phoneRoot = "phone-root"

        /// The folders of a phone's root that hold what can be delivered.
        public static let topFolders: Set<String> = [
            "cache", "data", "mnt", "odm", "oem", "product", "sdcard", "storage", "system", "system_ext", "vendor",
        ]

        /// Whether a path begins as it must.
        public func allows(_ path: String) -> Bool {
            guard let top = path.split(separator: "/", omittingEmptySubsequences: false).first else { return false }
            return Self.topFolders.contains(String(top))
        }
    }

    /// The name that steps call it by.
    public var name: String
    /// A file, a folder, a glob, an archive, or an address; a local path is complete or starts at the current folder.
    public var from: String
    /// The account of the farm that is asked for an object of a bucket; nil for the one whose bucket it is.
    public var account: String?
    /// SHA-256 of the content in 64 lowercase hex digits; nil when nothing is compared.
    public var sha256: String?
    /// Whether the checksum of what an address gives first is recorded, and compared from then on.
    public var recordsChecksum: Bool
    /// How the files are put together.
    public var pack: Packing
    /// Whether the source is an archive whose files are meant, and not the archive itself.
    public var unpacks: Bool
    /// Which files are meant, by gitignore rules; empty for all.
    public var include: [String]
    /// Which of those are left out, by gitignore rules.
    public var exclude: [String]
    /// The folder that stands in front of every path, with its slash at the end; empty for none.
    public var prefix: String
    /// Permission bits of files; nil to keep their own, or 644 and 755 in an archive.
    public var fileMode: UInt32?
    /// Permission bits of folders; nil as for ``fileMode``.
    public var folderMode: UInt32?
    /// The owner in a tar; nil for root.
    public var owner: Owner?
    /// The times that are told.
    public var modified: Modified
    /// What paths must look like; nil when anything goes.
    public var layout: Layout?

    /// Describes what lies at a place and is delivered as it is.
    public init(
        name: String, from: String, account: String? = nil, sha256: String? = nil, recordsChecksum: Bool = false,
        pack: Packing = .none,
        unpacks: Bool = false, include: [String] = [], exclude: [String] = [], prefix: String = "",
        fileMode: UInt32? = nil, folderMode: UInt32? = nil, owner: Owner? = nil, modified: Modified = .keep,
        layout: Layout? = nil
    ) {
        self.name = name
        self.from = from
        self.account = account
        self.sha256 = sha256
        self.recordsChecksum = recordsChecksum
        self.pack = pack
        self.unpacks = unpacks
        self.include = include
        self.exclude = exclude
        self.prefix = prefix
        self.fileMode = fileMode
        self.folderMode = folderMode
        self.owner = owner
        self.modified = modified
        self.layout = layout
    }

    /// Whether the source is fetched: it names a scheme, as in `https://`.
    public var isFetched: Bool { Self.scheme(of: from) != nil }

    /// The object or folder of objects that is fetched; nil for every other source.
    public var object: ObjectAddress? {
        Self.scheme(of: from) == ObjectAddress.scheme ? ObjectAddress(from) : nil
    }

    /// The scheme of an address in lowercase letters; nil for a path of this machine.
    public static func scheme(of source: String) -> String? {
        guard let range = source.firstRange(of: "://") else { return nil }
        let scheme = source[..<range.lowerBound]
        guard scheme.utf8.first.map(isLetter) == true else { return nil }
        let isWord = scheme.utf8.allSatisfy { isLetter($0) || (0x30...0x39).contains($0) || "+-.".utf8.contains($0) }
        return isWord ? scheme.lowercased() : nil
    }

    private static func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte | 0x20) }
}
