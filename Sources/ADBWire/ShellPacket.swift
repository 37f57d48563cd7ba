/// The packets inside a `shell,v2` or `abb` stream: `u8 id | u32 length | data`.
public enum ShellPacket: UInt8, Sendable {
    /// Bytes for the command.
    case stdin = 0
    /// Bytes from the command.
    case stdout = 1
    /// Error bytes from the command; only without a terminal.
    case stderr = 2
    /// One byte: the exit status, or 128 plus the signal.
    case exit = 3
    /// No more stdin; empty.
    case closeStdin = 4
    /// ASCII `ROWSxCOLS,XxY`.
    case windowSize = 5

    /// The size of id and length, in bytes.
    public static let headerSize = 5
    /// The longest packet that is accepted, in bytes.
    public static let longest = PayloadLimit.modern

    /// Appends one packet.
    public func append(_ data: some Collection<UInt8> = [], to bytes: inout [UInt8]) {
        bytes.append(rawValue)
        bytes.appendLittle(UInt32(data.count))
        bytes.append(contentsOf: data)
    }

    /// One packet.
    public func encoded(_ data: some Collection<UInt8> = []) -> [UInt8] {
        var bytes: [UInt8] = []
        append(data, to: &bytes)
        return bytes
    }
}

/// Cuts the bytes of a shell stream into packets without gathering them.
public struct ShellPacketParser: Sendable {
    /// A part of a packet.
    public enum Event {
        /// The next bytes of a packet, valid until the next call, and how many of it follow.
        ///
        /// An empty packet gives one event with no bytes. Packets with unknown ids are left out.
        case data(ShellPacket, UnsafeRawBufferPointer, remaining: Int)
    }

    private var header: [UInt8] = []
    private var kind: ShellPacket?
    private var remaining = 0

    /// Makes a parser that stands before a packet.
    public init() {
        header.reserveCapacity(ShellPacket.headerSize)
    }

    /// Takes bytes off the front of `input` until something can be reported; nil when `input` is used up.
    public mutating func next(_ input: inout UnsafeRawBufferPointer) throws(WireError) -> Event? {
        while !input.isEmpty {
            if remaining > 0 {
                let slice = input.takeFirst(remaining)
                remaining -= slice.count
                if let kind { return .data(kind, slice, remaining: remaining) }
                continue
            }
            header.append(contentsOf: input.takeFirst(ShellPacket.headerSize - header.count))
            guard header.count == ShellPacket.headerSize else { return nil }
            let length = header.withUnsafeBytes { $0.little(1, as: UInt32.self) }
            guard length <= ShellPacket.longest else {
                throw WireError(.lengthOutOfRange, "length of a shell packet", value: UInt64(length))
            }
            kind = ShellPacket(rawValue: header[0])
            remaining = Int(length)
            header.removeAll(keepingCapacity: true)
            if remaining == 0, let kind {
                return .data(kind, UnsafeRawBufferPointer(start: nil, count: 0), remaining: 0)
            }
        }
        return nil
    }
}
