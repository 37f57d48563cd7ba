/// Cuts what comes into packets; whole ones are lent where they lie, and only the pieces of others are copied.
struct SFTPPacketCutter {
    /// OpenSSH's own limit; no server sends more.
    static let longest = 256 * 1024

    private var partial: [UInt8] = []

    /// Whether no packet has come in part.
    var isBetweenPackets: Bool { partial.isEmpty }

    /// Gives back the memory of packets in pieces.
    mutating func forgetMemory() {
        if partial.isEmpty { partial = [] }
    }

    /// Hands over all packets that are complete, without their lengths.
    ///
    /// - Throws: What `body` throws, or what `tooLong` makes of a length beyond the limit, before memory is taken.
    mutating func feed(
        _ bytes: UnsafeRawBufferPointer, tooLong: (Int) -> SFTPError,
        _ body: (UnsafeRawBufferPointer) throws(SFTPError) -> Void
    ) throws(SFTPError) {
        var rest = bytes
        while !rest.isEmpty {
            guard partial.isEmpty else {
                try complete(&rest, tooLong: tooLong, body)
                continue
            }
            guard let length = Self.length(rest) else { break }
            guard length > 0, length <= Self.longest else { throw tooLong(length) }
            guard rest.count >= 4 + length else { break }
            try body(UnsafeRawBufferPointer(rebasing: rest[4..<4 + length]))
            rest = UnsafeRawBufferPointer(rebasing: rest[(4 + length)...])
        }
        partial.append(contentsOf: rest)
    }

    /// Adds to the packet that has come in part, and no byte beyond it.
    private mutating func complete(
        _ rest: inout UnsafeRawBufferPointer, tooLong: (Int) -> SFTPError,
        _ body: (UnsafeRawBufferPointer) throws(SFTPError) -> Void
    ) throws(SFTPError) {
        func take(_ wanted: Int) {
            let count = min(max(0, wanted - partial.count), rest.count)
            partial.append(contentsOf: rest[..<count])
            rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        }
        take(4)
        guard let length = partial.withUnsafeBytes(Self.length) else { return }
        guard length > 0, length <= Self.longest else { throw tooLong(length) }
        take(4 + length)
        guard partial.count == 4 + length else { return }
        // Taken out while it is lent, and its memory put back for the next one.
        var packet: [UInt8] = []
        swap(&packet, &partial)
        let outcome = packet.withUnsafeBytes { bytes in
            Result { () throws(SFTPError) in try body(UnsafeRawBufferPointer(rebasing: bytes[4...])) }
        }
        try outcome.get()
        packet.removeAll(keepingCapacity: true)
        swap(&packet, &partial)
    }

    private static func length(_ bytes: UnsafeRawBufferPointer) -> Int? {
        guard bytes.count >= 4 else { return nil }
        return Int(UInt32(bigEndian: bytes.loadUnaligned(as: UInt32.self)))
    }
}
