/// Unpacks gzip and compares the checksum at its end, which the library reads over.
///
/// A class, since the reader of what is inside keeps it.
final class CheckedGzip {
    /// The first bytes of gzip.
    static let magic: [UInt8] = [0x1F, 0x8B]

    private let handle: ReadHandle
    private let source: BlockSource
    private var checksum = CRC32()
    private var count: UInt64 = 0

    /// Opens a source whose first block was looked at.
    init(_ source: BlockSource) throws(ArchiveError) {
        self.source = source
        handle = try ReadHandle.makeGzip(source)
    }

    /// The bytes of the compressed file that were read so far.
    var packedBytes: UInt64 { source.count }

    /// Fills the buffer with what was compressed; 0 at the end.
    func fill(_ buffer: UnsafeMutableRawBufferPointer) throws(ArchiveError) -> Int {
        let got = try handle.read(into: buffer)
        checksum.add(UnsafeRawBufferPointer(rebasing: buffer[..<got]))
        count += UInt64(got)
        return got
    }

    /// Reads what is behind the archive inside, and compares.
    ///
    /// - Parameter limit: The bytes that may follow the archive inside.
    /// - Throws: ``ArchiveError`` with `damaged`. Files made of several compressed parts, or with something behind them,
    ///   have no checksum for the whole at their end: they are recognised by the length that does not fit.
    func finish(limit: UInt64) throws(ArchiveError) {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 16)
        defer { buffer.deallocate() }
        let end = count + limit
        while try fill(buffer) > 0 {
            guard count <= end else {
                throw ArchiveError(
                    .overLimit, "read the end of the archive", reason: "more than \(limit) bytes follow it")
            }
        }
        let tail = LittleEndianBytes(source.tail[...])
        guard tail.count == 8, tail.u32(4) == UInt32(truncatingIfNeeded: count) else { return }
        guard tail.u32(0) == checksum.value else {
            throw ArchiveError(.damaged, "read the end of the archive", reason: "the checksum of gzip does not fit")
        }
    }
}

/// The checksum of gzip (RFC 1952, section 8), eight bytes at a time.
struct CRC32 {
    private var state: UInt32 = 0xFFFF_FFFF

    /// The checksum of what was added.
    var value: UInt32 { ~state }

    private static let tables: [UInt32] = {
        var tables = [UInt32](repeating: 0, count: 8 * 256)
        for byte in 0..<256 {
            var value = UInt32(byte)
            for _ in 0..<8 { value = value & 1 == 1 ? value >> 1 ^ 0xEDB8_8320 : value >> 1 }
            tables[byte] = value
        }
        for index in 256..<8 * 256 {
            tables[index] = tables[index - 256] >> 8 ^ tables[Int(tables[index - 256] & 0xFF)]
        }
        return tables
    }()

    mutating func add(_ bytes: UnsafeRawBufferPointer) {
        state = Self.tables.withUnsafeBufferPointer { tables in
            var state = state
            var place = 0
            while place + 8 <= bytes.count {
                let low = bytes.loadUnaligned(fromByteOffset: place, as: UInt32.self).littleEndian ^ state
                let high = bytes.loadUnaligned(fromByteOffset: place + 4, as: UInt32.self).littleEndian
                state =
                    tables[0x700 | Int(low & 0xFF)] ^ tables[0x600 | Int(low >> 8 & 0xFF)]
                    ^ tables[0x500 | Int(low >> 16 & 0xFF)] ^ tables[0x400 | Int(low >> 24)]
                state ^=
                    tables[0x300 | Int(high & 0xFF)] ^ tables[0x200 | Int(high >> 8 & 0xFF)]
                    ^ tables[0x100 | Int(high >> 16 & 0xFF)] ^ tables[Int(high >> 24)]
                place += 8
            }
            while place < bytes.count {
                state = state >> 8 ^ tables[Int((state ^ UInt32(bytes[place])) & 0xFF)]
                place += 1
            }
            return state
        }
    }
}
