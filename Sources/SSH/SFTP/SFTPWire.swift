/// The kinds of packets of SFTP version 3 (draft-ietf-secsh-filexfer-02, section 3).
enum SFTPKind {
    static let start: UInt8 = 1
    static let version: UInt8 = 2
    static let open: UInt8 = 3
    static let close: UInt8 = 4
    static let read: UInt8 = 5
    static let write: UInt8 = 6
    static let lstat: UInt8 = 7
    static let fstat: UInt8 = 8
    static let setstat: UInt8 = 9
    static let fsetstat: UInt8 = 10
    static let opendir: UInt8 = 11
    static let readdir: UInt8 = 12
    static let remove: UInt8 = 13
    static let mkdir: UInt8 = 14
    static let rmdir: UInt8 = 15
    static let realpath: UInt8 = 16
    static let stat: UInt8 = 17
    static let rename: UInt8 = 18
    static let readlink: UInt8 = 19
    static let symlink: UInt8 = 20
    static let status: UInt8 = 101
    static let handle: UInt8 = 102
    static let data: UInt8 = 103
    static let name: UInt8 = 104
    static let attributes: UInt8 = 105
    static let extended: UInt8 = 200
    static let extendedReply: UInt8 = 201
}

/// Puts a packet together: its length first, which is known at the end.
struct SFTPEncoder {
    private(set) var bytes: [UInt8]

    /// Starts a packet.
    init(_ kind: UInt8, reserving count: Int = 64) {
        bytes = []
        bytes.reserveCapacity(count)
        bytes.append(contentsOf: [0, 0, 0, 0, kind])
    }

    mutating func append(_ number: UInt32) {
        for shift in [24, 16, 8, 0] as [UInt32] { bytes.append(UInt8(truncatingIfNeeded: number >> shift)) }
    }

    mutating func append(_ number: UInt64) {
        append(UInt32(truncatingIfNeeded: number >> 32))
        append(UInt32(truncatingIfNeeded: number))
    }

    mutating func append(_ string: [UInt8]) {
        append(UInt32(string.count))
        bytes.append(contentsOf: string)
    }

    mutating func append(_ text: StaticString) {
        text.withUTF8Buffer { append(Array($0)) }
    }

    /// The packet with its length.
    ///
    /// - Parameter trailing: Bytes of the packet that are sent behind what was put together.
    consuming func finish(trailing: Int = 0) -> [UInt8] {
        let length = UInt32(bytes.count - 4 + trailing)
        for (index, shift) in ([24, 16, 8, 0] as [UInt32]).enumerated() {
            bytes[index] = UInt8(truncatingIfNeeded: length >> shift)
        }
        return bytes
    }
}

/// A packet that ends before it should, or whose lengths point outside of it.
struct SFTPDamage: Error {}

/// Takes a packet apart; nothing is believed that is not there.
struct SFTPDecoder {
    private var rest: UnsafeRawBufferPointer

    init(_ bytes: UnsafeRawBufferPointer) { rest = bytes }

    var isAtEnd: Bool { rest.isEmpty }

    /// What has not been taken yet.
    var remainder: UnsafeRawBufferPointer { rest }

    mutating func byte() throws(SFTPDamage) -> UInt8 { try take(1)[0] }

    mutating func number() throws(SFTPDamage) -> UInt32 {
        UInt32(bigEndian: try take(4).loadUnaligned(as: UInt32.self))
    }

    mutating func longNumber() throws(SFTPDamage) -> UInt64 {
        UInt64(bigEndian: try take(8).loadUnaligned(as: UInt64.self))
    }

    /// Bytes with their length before them; the pointer is the packet's own.
    mutating func lent() throws(SFTPDamage) -> UnsafeRawBufferPointer {
        try take(Int(try number()))
    }

    mutating func string() throws(SFTPDamage) -> [UInt8] { Array(try lent()) }

    private mutating func take(_ count: Int) throws(SFTPDamage) -> UnsafeRawBufferPointer {
        guard count <= rest.count else { throw SFTPDamage() }
        defer { rest = UnsafeRawBufferPointer(rebasing: rest[count...]) }
        return UnsafeRawBufferPointer(rebasing: rest[..<count])
    }
}
