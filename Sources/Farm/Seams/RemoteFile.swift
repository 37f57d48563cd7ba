/// What a phone says about one path, without following a final symbolic link.
public struct RemoteFile: Hashable, Sendable {
    /// The types that matter for delivery.
    public enum Kind: String, Hashable, Sendable {
        /// A regular file.
        case file
        /// A folder.
        case folder
        /// A symbolic link.
        case link
        /// A device, pipe or socket.
        case other
    }

    /// The type.
    public let kind: Kind
    /// Permission bits, `0o000...0o7777`.
    public let mode: UInt32
    /// Bytes; phones without `stat_v2` tell only the low 32 bits, see ``isSizeExact``.
    public let size: UInt64
    /// Last modification, in seconds since 1970.
    public let modified: Int64
    /// Whether ``size`` is the whole size.
    public let isSizeExact: Bool

    /// Collects what the phone said.
    public init(kind: Kind, mode: UInt32, size: UInt64, modified: Int64, isSizeExact: Bool = true) {
        self.kind = kind
        self.mode = mode
        self.size = size
        self.modified = modified
        self.isSizeExact = isSizeExact
    }
}

/// One entry of a folder on a phone; `.` and `..` are left out.
public struct RemoteEntry: Hashable, Sendable {
    /// The entry's own name: never empty, without `/`, at most 255 bytes.
    public let name: String
    /// What it is.
    public let file: RemoteFile

    /// Names what a folder holds.
    public init(name: String, file: RemoteFile) {
        self.name = name
        self.file = file
    }
}
