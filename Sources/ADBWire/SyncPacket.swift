/// The four letters that begin a sync request, reply or chunk.
public struct SyncID: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
    /// The letters as a little-endian number.
    public let rawValue: UInt32

    /// Takes any number.
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    private init(_ letters: StaticString) {
        rawValue = letters.withUTF8Buffer { UnsafeRawBufferPointer($0).little(0) }
    }

    /// STAT: lstat, 32-bit.
    public static let stat = SyncID("STAT")
    /// STA2: stat, 64-bit.
    public static let stat2 = SyncID("STA2")
    /// LST2: lstat, 64-bit.
    public static let lstat2 = SyncID("LST2")
    /// LIST: a directory, 32-bit.
    public static let list = SyncID("LIST")
    /// LIS2: a directory, 64-bit.
    public static let list2 = SyncID("LIS2")
    /// DENT: one entry of LIST.
    public static let entry = SyncID("DENT")
    /// DNT2: one entry of LIS2.
    public static let entry2 = SyncID("DNT2")
    /// SEND: a file to the phone.
    public static let send = SyncID("SEND")
    /// SND2: a file to the phone, with flags.
    public static let send2 = SyncID("SND2")
    /// RECV: a file from the phone.
    public static let receive = SyncID("RECV")
    /// RCV2: a file from the phone, with flags.
    public static let receive2 = SyncID("RCV2")
    /// DATA: a chunk of a file.
    public static let data = SyncID("DATA")
    /// DONE: the end of a file or a list.
    public static let done = SyncID("DONE")
    /// OKAY: a file arrived.
    public static let okay = SyncID("OKAY")
    /// FAIL: a reason, and the end of the service.
    public static let fail = SyncID("FAIL")
    /// QUIT: the end of the service by the host.
    public static let quit = SyncID("QUIT")

    /// The letters, or the number when they are none.
    public var description: String { Command(rawValue: rawValue).description }

    /// Appends the letters and a number, which is how every part of the protocol begins.
    public func append(_ number: UInt32, to bytes: inout [UInt8]) {
        bytes.appendLittle(rawValue)
        bytes.appendLittle(number)
    }
}

/// What SND2 and RCV2 say about the bytes.
public struct SyncFlags: OptionSet, Hashable, Sendable {
    /// The bits on the wire.
    public let rawValue: UInt32

    /// Makes flags from their bits.
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// One brotli stream.
    public static let brotli = SyncFlags(rawValue: 1)
    /// One LZ4 frame.
    public static let lz4 = SyncFlags(rawValue: 2)
    /// One zstd frame.
    public static let zstd = SyncFlags(rawValue: 4)
    /// Read and throw away; only for sending.
    public static let dryRun = SyncFlags(rawValue: 0x8000_0000)
}

/// Limits of the sync protocol, in bytes.
public enum SyncLimit {
    /// The longest path of a request.
    public static let path = 1024
    /// The longest chunk that every phone takes.
    public static let chunk = 65536
    /// The longest chunk that is accepted from a phone.
    public static let acceptedChunk = PayloadLimit.modern
    /// The longest name in a directory.
    public static let name = 255
    /// The longest reason of a FAIL that is accepted.
    public static let reason = 65536
}

/// File-type bits of a mode.
public enum FileType {
    /// The mask of the type bits.
    public static let mask: UInt32 = 0o170000
    /// A regular file.
    public static let regular: UInt32 = 0o100000
    /// A directory.
    public static let directory: UInt32 = 0o040000
    /// A symbolic link.
    public static let symlink: UInt32 = 0o120000
}

/// What a phone tells about one file.
public struct FileStatus: Hashable, Sendable {
    /// The size of a STAT reply, in bytes.
    public static let size1 = 16
    /// The size of an STA2 or LST2 reply, in bytes.
    public static let size2 = 72

    /// A Linux errno, 0 when the other fields count; STAT tells only 0 or ENOENT.
    public var error: UInt32 = 0
    /// The device number.
    public var deviceNumber: UInt64 = 0
    /// The inode number.
    public var inode: UInt64 = 0
    /// Type and permission bits.
    public var mode: UInt32 = 0
    /// The number of links.
    public var links: UInt32 = 0
    /// The owner.
    public var uid: UInt32 = 0
    /// The group.
    public var gid: UInt32 = 0
    /// The size in bytes; wraps at 4 GiB when it came from STAT or LIST.
    public var size: UInt64 = 0
    /// The time of the last access, in seconds.
    public var accessTime: Int64 = 0
    /// The time of the last change of the content, in seconds.
    public var modificationTime: Int64 = 0
    /// The time of the last change of the inode, in seconds.
    public var changeTime: Int64 = 0

    /// Makes a status of a file that is there.
    public init(mode: UInt32, size: UInt64, modificationTime: Int64) {
        self.mode = mode
        self.size = size
        self.modificationTime = modificationTime
    }

    /// Makes a status of a file that could not be asked about.
    public init(error: UInt32) { self.error = error }

    /// Whether the file is there.
    public var exists: Bool { error == 0 }
    /// Whether it is a regular file.
    public var isRegular: Bool { mode & FileType.mask == FileType.regular }
    /// Whether it is a directory.
    public var isDirectory: Bool { mode & FileType.mask == FileType.directory }
    /// Whether it is a symbolic link.
    public var isSymlink: Bool { mode & FileType.mask == FileType.symlink }

    /// Reads the 12 bytes after the id of STAT and DENT.
    init(version1 bytes: UnsafeRawBufferPointer) {
        mode = bytes.little(0)
        size = UInt64(bytes.little(4, as: UInt32.self))
        modificationTime = Int64(bytes.little(8, as: UInt32.self))
        error = mode == 0 && size == 0 && modificationTime == 0 ? 2 : 0
    }

    /// Reads the 68 bytes after the id of STA2, LST2 and DNT2.
    init(version2 bytes: UnsafeRawBufferPointer) {
        error = bytes.little(0)
        deviceNumber = bytes.little(4)
        inode = bytes.little(12)
        mode = bytes.little(20)
        links = bytes.little(24)
        uid = bytes.little(28)
        gid = bytes.little(32)
        size = bytes.little(36)
        accessTime = bytes.little(44)
        modificationTime = bytes.little(52)
        changeTime = bytes.little(60)
    }

    /// Appends a STAT reply or the beginning of a DENT: the id and three numbers.
    public func appendVersion1(id: SyncID, to bytes: inout [UInt8]) {
        bytes.appendLittle(id.rawValue)
        bytes.appendLittle(mode)
        bytes.appendLittle(UInt32(truncatingIfNeeded: size))
        bytes.appendLittle(UInt32(truncatingIfNeeded: modificationTime))
    }

    /// Appends an STA2 or LST2 reply or the beginning of a DNT2: 72 bytes.
    public func appendVersion2(id: SyncID, to bytes: inout [UInt8]) {
        bytes.appendLittle(id.rawValue)
        bytes.appendLittle(error)
        bytes.appendLittle(deviceNumber)
        bytes.appendLittle(inode)
        for field in [mode, links, uid, gid] { bytes.appendLittle(field) }
        bytes.appendLittle(size)
        for field in [accessTime, modificationTime, changeTime] { bytes.appendLittle(field) }
    }
}
