/// What a server says about a file, or what a file is to be given; what is nil is unknown, or stays as it is.
public struct SFTPAttributes: Hashable, Sendable {
    /// The size in bytes.
    public var size: UInt64?
    /// The owner's number.
    public var user: UInt32?
    /// The group's number.
    public var group: UInt32?
    /// The kind of file and the permission bits, as `st_mode` has them.
    public var mode: UInt32?
    /// The time of the last access, in seconds since 1970.
    public var accessed: UInt32?
    /// The time of the last change, in seconds since 1970.
    public var modified: UInt32?

    /// Says nothing about anything.
    public init() {}

    /// Permission bits and the time of the last change, which version 3 sets together with that of the last access.
    ///
    /// - Parameter modified: Seconds since 1970; version 3 knows the years 1970 to 2106.
    public init(mode: UInt32?, modified: Int64?) {
        self.mode = mode.map { $0 & 0o7777 }
        self.modified = modified.map { UInt32(clamping: $0) }
        accessed = self.modified
    }

    /// What kind of file it is.
    public var kind: SFTPFileKind {
        switch (mode ?? 0) & 0o170000 {
        case 0o100000: .file
        case 0o040000: .folder
        case 0o120000: .link
        case 0: .unknown
        default: .special
        }
    }
}

/// What an entry of a folder is.
public enum SFTPFileKind: Hashable, Sendable {
    /// A regular file.
    case file
    /// A folder.
    case folder
    /// A symbolic link.
    case link
    /// A device, a pipe, a socket.
    case special
    /// The server does not say.
    case unknown
}

extension SFTPAttributes {
    private static let hasSize: UInt32 = 1
    private static let hasOwner: UInt32 = 2
    private static let hasMode: UInt32 = 4
    private static let hasTimes: UInt32 = 8
    private static let hasMore: UInt32 = 0x8000_0000

    func append(to packet: inout SFTPEncoder) {
        var flags: UInt32 = 0
        if size != nil { flags |= Self.hasSize }
        if user != nil, group != nil { flags |= Self.hasOwner }
        if mode != nil { flags |= Self.hasMode }
        if accessed != nil, modified != nil { flags |= Self.hasTimes }
        packet.append(flags)
        if let size { packet.append(size) }
        if let user, let group {
            packet.append(user)
            packet.append(group)
        }
        if let mode { packet.append(mode) }
        if let accessed, let modified {
            packet.append(accessed)
            packet.append(modified)
        }
    }

    init(from packet: inout SFTPDecoder) throws(SFTPDamage) {
        let flags = try packet.number()
        if flags & Self.hasSize != 0 { size = try packet.longNumber() }
        if flags & Self.hasOwner != 0 {
            user = try packet.number()
            group = try packet.number()
        }
        if flags & Self.hasMode != 0 { mode = try packet.number() }
        if flags & Self.hasTimes != 0 {
            accessed = try packet.number()
            modified = try packet.number()
        }
        guard flags & Self.hasMore != 0 else { return }
        // A count that lies ends at the packet's end: every pair takes eight bytes at least.
        for _ in 0..<(try packet.number()) {
            _ = try packet.lent()
            _ = try packet.lent()
        }
    }
}
