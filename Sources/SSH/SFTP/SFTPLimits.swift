/// What an SFTP client allows itself and its server.
public struct SFTPLimits: Hashable, Sendable {
    /// Bytes of a file that may be under way before their answers; 4 MiB covers 1 Gbit/s at 30 ms.
    public var window = 4 << 20
    /// The largest block written in one request; servers without `limits@openssh.com` get 32 KiB, which all must take.
    public var writeBlock = 255 * 1024
    /// The largest block read in one request; the same holds.
    public var readBlock = 255 * 1024
    /// Files of a tree that may be open at a time; fewer where the server says that it cannot.
    public var openFiles = 64
    /// How long a server may say nothing while an answer is due; ten times that when it may wait for a disk.
    public var silence = Duration.seconds(60)
    /// How many entries a tree may have.
    public var entries = 1_000_000
    /// How many bytes the names of a listing, or the paths of a tree, may have together.
    public var nameBytes = 128 << 20
    /// How many folders may lie inside of each other.
    public var depth = 128

    /// The limits by default.
    public init() {}
}

/// What the server told about itself in the beginning.
struct SFTPServerOffer: Hashable, Sendable {
    var hasPosixRename = false
    var hasFsync = false
    var hasSpace = false
    var hasHardlink = false
    var hasLimits = false

    /// What every server must take, by the draft: packets of 34,000 bytes.
    static let safeBlock = 32 * 1024

    /// Takes the extensions out of the packet that greets; what is unknown is passed over.
    init(from packet: inout SFTPDecoder) throws(SFTPDamage) {
        while !packet.isAtEnd {
            let name = String(decoding: try packet.lent().prefix(64), as: UTF8.self)
            let version = String(decoding: try packet.lent().prefix(16), as: UTF8.self)
            switch (name, version) {
            case ("posix-rename@openssh.com", "1"): hasPosixRename = true
            case ("fsync@openssh.com", "1"): hasFsync = true
            case ("statvfs@openssh.com", "2"): hasSpace = true
            case ("hardlink@openssh.com", "1"): hasHardlink = true
            case ("limits@openssh.com", "1"): hasLimits = true
            default: break
            }
        }
    }

    init() {}
}

/// The answer to `limits@openssh.com`; zero stands for "no limit told".
struct SFTPServerLimits {
    let packet: UInt64
    let read: UInt64
    let write: UInt64
    let openFiles: UInt64

    init(from bytes: UnsafeRawBufferPointer) throws(SFTPDamage) {
        var bytes = SFTPDecoder(bytes)
        packet = try bytes.longNumber()
        read = try bytes.longNumber()
        write = try bytes.longNumber()
        openFiles = try bytes.longNumber()
    }

    /// The block to use where we would use `ours` and the server told `theirs`.
    static func block(_ ours: Int, _ theirs: UInt64) -> Int {
        theirs == 0 ? min(ours, SFTPServerOffer.safeBlock) : max(1024, min(ours, Int(clamping: theirs)))
    }
}
