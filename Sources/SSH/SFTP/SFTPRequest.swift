/// One operation, as it is asked for.
enum SFTPRequest {
    case open(SFTPPath, SFTPOpenFlags, SFTPAttributes)
    case close(handle: [UInt8])
    case read(handle: [UInt8], offset: UInt64, count: Int)
    /// The bytes themselves are sent behind the packet.
    case write(handle: [UInt8], offset: UInt64, count: Int)
    case stat(SFTPPath)
    case lstat(SFTPPath)
    case fstat(handle: [UInt8])
    case setstat(SFTPPath, SFTPAttributes)
    case fsetstat(handle: [UInt8], SFTPAttributes)
    case opendir(SFTPPath)
    case readdir(handle: [UInt8])
    case remove(SFTPPath)
    case mkdir(SFTPPath, SFTPAttributes)
    case rmdir(SFTPPath)
    case realpath(SFTPPath)
    case rename(SFTPPath, to: SFTPPath)
    case readlink(SFTPPath)
    case symlink(SFTPPath, target: [UInt8])
    case posixRename(SFTPPath, to: SFTPPath)
    case hardlink(SFTPPath, to: SFTPPath)
    case fsync(handle: [UInt8])
    case statvfs(SFTPPath)
    case limits

    /// What it does, as messages say it.
    var verb: String {
        switch self {
        case .open: "open"
        case .close: "close"
        case .read: "read"
        case .write: "write"
        case .stat, .lstat, .fstat: "look at"
        case .setstat, .fsetstat: "set mode and times of"
        case .opendir, .readdir: "list"
        case .remove: "remove"
        case .mkdir: "make folder"
        case .rmdir: "remove folder"
        case .realpath: "resolve"
        case .rename, .posixRename: "rename"
        case .readlink: "read link"
        case .symlink, .hardlink: "make link"
        case .fsync: "write to disk"
        case .statvfs: "ask for free space at"
        case .limits: "ask for limits"
        }
    }

    /// Whether a disk may have to be waited for, so that silence is no sign of a server that hangs.
    var mayTakeLong: Bool {
        switch self {
        case .fsync, .close, .remove: true
        default: false
        }
    }

    /// The packet with its length.
    func packet(id: UInt32) -> [UInt8] {
        var packet: SFTPEncoder
        switch self {
        case .open(let path, let flags, let attributes):
            packet = Self.start(id, SFTPKind.open, path.bytes)
            packet.append(flags.rawValue)
            attributes.append(to: &packet)
        case .close(let handle): packet = Self.start(id, SFTPKind.close, handle)
        case .read(let handle, let offset, let count):
            packet = Self.start(id, SFTPKind.read, handle)
            packet.append(offset)
            packet.append(UInt32(count))
        case .write(let handle, let offset, let count):
            packet = Self.start(id, SFTPKind.write, handle)
            packet.append(offset)
            packet.append(UInt32(count))
            return packet.finish(trailing: count)
        case .stat(let path): packet = Self.start(id, SFTPKind.stat, path.bytes)
        case .lstat(let path): packet = Self.start(id, SFTPKind.lstat, path.bytes)
        case .fstat(let handle): packet = Self.start(id, SFTPKind.fstat, handle)
        case .setstat(let path, let attributes):
            packet = Self.start(id, SFTPKind.setstat, path.bytes)
            attributes.append(to: &packet)
        case .fsetstat(let handle, let attributes):
            packet = Self.start(id, SFTPKind.fsetstat, handle)
            attributes.append(to: &packet)
        case .opendir(let path): packet = Self.start(id, SFTPKind.opendir, path.bytes)
        case .readdir(let handle): packet = Self.start(id, SFTPKind.readdir, handle)
        case .remove(let path): packet = Self.start(id, SFTPKind.remove, path.bytes)
        case .mkdir(let path, let attributes):
            packet = Self.start(id, SFTPKind.mkdir, path.bytes)
            attributes.append(to: &packet)
        case .rmdir(let path): packet = Self.start(id, SFTPKind.rmdir, path.bytes)
        case .realpath(let path): packet = Self.start(id, SFTPKind.realpath, path.bytes)
        case .rename(let path, let new): packet = Self.start(id, SFTPKind.rename, path.bytes, new.bytes)
        case .readlink(let path): packet = Self.start(id, SFTPKind.readlink, path.bytes)
        // The draft has it the other way round; OpenSSH has not, and everybody follows OpenSSH (its PROTOCOL, 4.1).
        case .symlink(let path, let target): packet = Self.start(id, SFTPKind.symlink, target, path.bytes)
        case .posixRename(let path, let new):
            packet = Self.extended(id, "posix-rename@openssh.com", path.bytes, new.bytes)
        case .hardlink(let path, let new): packet = Self.extended(id, "hardlink@openssh.com", path.bytes, new.bytes)
        case .fsync(let handle): packet = Self.extended(id, "fsync@openssh.com", handle)
        case .statvfs(let path): packet = Self.extended(id, "statvfs@openssh.com", path.bytes)
        case .limits: packet = Self.extended(id, "limits@openssh.com")
        }
        return packet.finish()
    }

    private static func start(_ id: UInt32, _ kind: UInt8, _ strings: [UInt8]...) -> SFTPEncoder {
        var packet = SFTPEncoder(kind, reserving: 64 + strings.reduce(0) { $0 + $1.count })
        packet.append(id)
        for string in strings { packet.append(string) }
        return packet
    }

    private static func extended(_ id: UInt32, _ name: StaticString, _ strings: [UInt8]...) -> SFTPEncoder {
        var packet = SFTPEncoder(SFTPKind.extended, reserving: 96 + strings.reduce(0) { $0 + $1.count })
        packet.append(id)
        packet.append(name)
        for string in strings { packet.append(string) }
        return packet
    }
}

/// How a file is opened.
struct SFTPOpenFlags: OptionSet {
    let rawValue: UInt32
    static let read = SFTPOpenFlags(rawValue: 1)
    static let write = SFTPOpenFlags(rawValue: 2)
    static let create = SFTPOpenFlags(rawValue: 8)
    static let truncate = SFTPOpenFlags(rawValue: 16)
    static let exclusive = SFTPOpenFlags(rawValue: 32)
}
