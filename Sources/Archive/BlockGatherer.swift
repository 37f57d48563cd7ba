/// Makes blocks of what the library writes piece by piece: heads and small files are gathered, the rest passes as it is.
///
/// The library can gather by itself, but copies every byte for it.
struct BlockGatherer {
    /// A piece from this size on is a block of its own.
    private static let large = 64 << 10

    private let block = Block()
    private var filled = 0

    /// Its memory lives as long as the gatherer.
    private final class Block {
        let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: WriteHandle.blockSize, alignment: 4096)
        deinit { bytes.deallocate() }
    }

    /// Takes the next bytes, and hands on what is ready.
    mutating func take(
        _ bytes: UnsafeRawBufferPointer, _ sink: (UnsafeRawBufferPointer) throws(ArchiveError) -> Void
    ) throws(ArchiveError) {
        guard bytes.count < Self.large else {
            try flush(sink)
            var rest = bytes
            while !rest.isEmpty {
                let count = min(rest.count, WriteHandle.blockSize)
                try sink(UnsafeRawBufferPointer(rebasing: rest[..<count]))
                rest = UnsafeRawBufferPointer(rebasing: rest[count...])
            }
            return
        }
        if filled + bytes.count > block.bytes.count { try flush(sink) }
        UnsafeMutableRawBufferPointer(rebasing: block.bytes[filled...]).copyMemory(from: bytes)
        filled += bytes.count
    }

    /// Hands on what was gathered.
    mutating func flush(_ sink: (UnsafeRawBufferPointer) throws(ArchiveError) -> Void) throws(ArchiveError) {
        guard filled > 0 else { return }
        let count = filled
        filled = 0
        try sink(UnsafeRawBufferPointer(rebasing: block.bytes[..<count]))
    }
}
