import ADBWire

/// Packets that are to be sent together, one behind the other, with checksums where the host wants them.
struct PacketOutbox {
    /// The packets.
    var bytes: [UInt8] = []
    /// Whether each carries the sum of its payload, as the first version of the protocol has it.
    var usesChecksums: Bool

    mutating func append(_ command: Command, _ arg0: UInt32, _ arg1: UInt32, _ payload: [UInt8]) {
        let start = bytes.count
        Message(command, arg0, arg1, length: payload.count).append(to: &bytes)
        bytes.append(contentsOf: payload)
        if usesChecksums { writeChecksum(at: start) }
    }

    /// Adds a WRTE whose payload of `count` bytes is written in place.
    mutating func appendWrite(_ local: UInt32, _ remote: UInt32, _ count: Int, _ fill: (inout [UInt8]) -> Void) {
        let start = bytes.count
        bytes.reserveCapacity(start + Message.size + count)
        Message(.write, local, remote, length: count).append(to: &bytes)
        fill(&bytes)
        if usesChecksums { writeChecksum(at: start) }
    }

    private mutating func writeChecksum(at start: Int) {
        let sum = bytes.withUnsafeBytes {
            Checksum.sum(of: UnsafeRawBufferPointer(rebasing: $0[(start + Message.size)...]))
        }
        withUnsafeBytes(of: sum.littleEndian) { bytes.replaceSubrange(start + 16..<start + 20, with: $0) }
    }

    /// Everything, to be handed over.
    mutating func take() -> [UInt8] {
        defer { bytes = [] }
        return bytes
    }
}
