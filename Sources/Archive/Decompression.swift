/// Unpacks the compression around an archive, to its very end, where checksums are.
///
/// The library would stop with the archive inside, and so compare no checksum of the whole; and it never compares that
/// of gzip. A class, since the reader of what is inside keeps it.
final class Decompression {
    /// The first bytes of what can be unpacked: gzip, zstd, lz4 and its older kind, xz, bzip2.
    private static let magics: [[UInt8]] = [
        gzip, [0x28, 0xB5, 0x2F, 0xFD], [0x04, 0x22, 0x4D, 0x18], [0x02, 0x21, 0x4C, 0x18],
        [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00], Array("BZh".utf8),
    ]
    private static let gzip: [UInt8] = [0x1F, 0x8B]

    /// The most bytes that may follow the archive inside.
    private static let longestRest: UInt64 = 1 << 30

    private let handle: ReadHandle
    private let source: BlockSource
    private var count: UInt64 = 0
    /// For gzip alone.
    private var checksum: CRC32?

    /// Whether bytes begin as compressed ones do.
    static func isMeant(by start: [UInt8]) -> Bool { magics.contains { start.starts(with: $0) } }

    /// Opens a source whose first block was looked at.
    init(_ source: BlockSource) throws(ArchiveError) {
        self.source = source
        checksum = source.start.starts(with: Self.gzip) ? CRC32() : nil
        handle = try ReadHandle.decompressing(source)
    }

    /// The bytes of the compressed file that were read so far.
    var packedBytes: UInt64 { source.count }
    /// The compressions, the innermost first: "zstd".
    var names: [String] { handle.filterNames }

    /// Fills the buffer with what was compressed; 0 at the end.
    func fill(_ buffer: UnsafeMutableRawBufferPointer) throws(ArchiveError) -> Int {
        let got = try handle.read(into: buffer)
        checksum?.add(UnsafeRawBufferPointer(rebasing: buffer[..<got]))
        count += UInt64(got)
        return got
    }

    /// Reads what is behind the archive inside, so that all checksums are compared.
    ///
    /// - Throws: ``ArchiveError`` with `damaged`. A gzip made of several parts, or with something behind it, has no
    ///   checksum of the whole at its end: it is recognised by the length that does not fit.
    func finish() throws(ArchiveError) {
        let operation = "read the end of the archive"
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 16)
        defer { buffer.deallocate() }
        let end = count + Self.longestRest
        while try fill(buffer) > 0 {
            guard count <= end else {
                throw ArchiveError(.overLimit, operation, reason: "more than \(Self.longestRest) bytes follow it")
            }
        }
        guard let checksum else { return }
        let tail = LittleEndianBytes(source.tail[...])
        guard tail.count == 8, tail.u32(4) == UInt32(truncatingIfNeeded: count) else { return }
        guard tail.u32(0) == checksum.value else {
            throw ArchiveError(.damaged, operation, reason: "the checksum of gzip does not fit")
        }
    }
}
