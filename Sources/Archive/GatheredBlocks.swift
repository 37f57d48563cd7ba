/// Brings the many small pieces that the library writes together, and hands large ones on as they are.
///
/// The library's own blocks of one size would copy every byte of a plain tar once more.
final class GatheredBlocks {
    /// A piece of this size is worth a call of its own.
    private static let large = 64 << 10

    private let buffer: UnsafeMutableRawBufferPointer
    private var count = 0

    /// - Parameter capacity: Bytes that are gathered, 64 KiB at least.
    init(capacity: Int) {
        buffer = .allocate(byteCount: max(capacity, Self.large), alignment: 4096)
    }

    deinit { buffer.deallocate() }

    /// Takes bytes, which live only during the call.
    func take(_ bytes: UnsafeRawBufferPointer, _ sink: WriteHandle.Sink) throws(ArchiveError) {
        guard bytes.count < Self.large else {
            try flush(sink)
            var rest = bytes
            while !rest.isEmpty {
                let part = min(rest.count, WriteHandle.blockSize)
                try sink(UnsafeRawBufferPointer(rebasing: rest[..<part]))
                rest = UnsafeRawBufferPointer(rebasing: rest[part...])
            }
            return
        }
        if bytes.count > buffer.count - count { try flush(sink) }
        UnsafeMutableRawBufferPointer(rebasing: buffer[count...]).copyMemory(from: bytes)
        count += bytes.count
    }

    /// Hands on what was gathered.
    func flush(_ sink: WriteHandle.Sink) throws(ArchiveError) {
        guard count > 0 else { return }
        let gathered = count
        count = 0
        try sink(UnsafeRawBufferPointer(rebasing: buffer[..<gathered]))
    }
}
