/// The kind of a packet: four ASCII letters read as a little-endian number.
public struct Command: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
    /// The letters as they stand on the wire.
    public let rawValue: UInt32

    /// Takes any number; commands that nobody knows are legal and ignored.
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// CNXN: version, payload limit and banner; the host sends it first.
    public static let connect = Command(rawValue: 0x4e58_4e43)
    /// AUTH: a token, a signature of it, or a public key.
    public static let auth = Command(rawValue: 0x4854_5541)
    /// OPEN: asks for a stream to a service.
    public static let open = Command(rawValue: 0x4e45_504f)
    /// OKAY: accepts a stream, or acknowledges a WRTE.
    public static let okay = Command(rawValue: 0x5941_4b4f)
    /// WRTE: bytes of a stream.
    public static let write = Command(rawValue: 0x4554_5257)
    /// CLSE: ends or refuses a stream.
    public static let close = Command(rawValue: 0x4553_4c43)
    /// STLS: asks to go on inside TLS.
    public static let startTLS = Command(rawValue: 0x534c_5453)
    /// SYNC: obsolete; never sent.
    public static let sync = Command(rawValue: 0x434e_5953)

    /// The four letters, or the number when they are not letters.
    public var description: String {
        let letters = (0..<4).map { UInt8(truncatingIfNeeded: rawValue >> ($0 * 8)) }
        guard letters.allSatisfy({ (0x20...0x7e).contains($0) }) else { return "0x" + String(rawValue, radix: 16) }
        return String(decoding: letters, as: UTF8.self)
    }
}

/// The header of one packet: 24 bytes, six little-endian numbers.
public struct Message: Hashable, Sendable {
    /// The size of a header on the wire, in bytes.
    public static let size = 24

    /// What the packet is.
    public var command: Command
    /// The first argument; its meaning depends on the command.
    public var arg0: UInt32
    /// The second argument; its meaning depends on the command.
    public var arg1: UInt32
    /// The payload bytes that follow.
    public var length: UInt32
    /// The sum of the payload bytes for old versions, otherwise 0.
    public var check: UInt32
    /// The inverse of the command; anything else means that the stream is out of step.
    public var magic: UInt32

    /// Makes a header with the right magic.
    public init(_ command: Command, _ arg0: UInt32, _ arg1: UInt32, length: Int = 0, check: UInt32 = 0) {
        self.command = command
        self.arg0 = arg0
        self.arg1 = arg1
        self.length = UInt32(truncatingIfNeeded: length)
        self.check = check
        magic = ~command.rawValue
    }

    /// Reads a header from the first 24 bytes without judging it; nil when there are fewer.
    public init?(_ bytes: UnsafeRawBufferPointer) {
        guard bytes.count >= Message.size else { return nil }
        command = Command(rawValue: bytes.little(0))
        arg0 = bytes.little(4)
        arg1 = bytes.little(8)
        length = bytes.little(12)
        check = bytes.little(16)
        magic = bytes.little(20)
    }

    /// Reads and checks a header: the magic must fit and the length must be at most `maxPayload`.
    public static func decode(_ bytes: UnsafeRawBufferPointer, maxPayload: Int) throws(WireError) -> Message {
        guard let message = Message(bytes) else { throw WireError(.malformed, "a header of less than 24 bytes") }
        guard message.hasGoodMagic else {
            throw WireError(.badMagic, "magic of \(message.command)", value: UInt64(message.magic))
        }
        guard Int(message.length) <= maxPayload else {
            throw WireError(.payloadTooLong, "data_length of \(message.command)", value: UInt64(message.length))
        }
        return message
    }

    /// Whether the magic is the inverse of the command.
    public var hasGoodMagic: Bool { magic == ~command.rawValue }

    /// Appends the 24 bytes.
    public func append(to bytes: inout [UInt8]) {
        let fields = (
            command.rawValue.littleEndian, arg0.littleEndian, arg1.littleEndian, length.littleEndian,
            check.littleEndian, magic.littleEndian
        )
        withUnsafeBytes(of: fields) { bytes.append(contentsOf: $0) }
    }

    /// The 24 bytes followed by a payload, with length and checksum set from it.
    public static func packet(
        _ command: Command, _ arg0: UInt32, _ arg1: UInt32, payload: some Collection<UInt8> = [], checksum: Bool = false
    ) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(size + payload.count)
        let check = checksum ? Checksum.sum(of: payload) : 0
        Message(command, arg0, arg1, length: payload.count, check: check).append(to: &bytes)
        bytes.append(contentsOf: payload)
        return bytes
    }
}

/// The payload checksum of versions before 0x01000001: a plain sum, although old texts call it a CRC.
public enum Checksum {
    /// The sum of the bytes modulo 2^32.
    public static func sum(of bytes: UnsafeRawBufferPointer) -> UInt32 {
        var sum: UInt32 = 0
        for byte in bytes { sum &+= UInt32(byte) }
        return sum
    }

    /// The sum of the bytes modulo 2^32.
    public static func sum(of bytes: some Collection<UInt8>) -> UInt32 {
        bytes.withContiguousStorageIfAvailable { sum(of: UnsafeRawBufferPointer($0)) }
            ?? bytes.reduce(0) { $0 &+ UInt32($1) }
    }
}
