import CSHA256

/// SHA-256 with the processor's instructions: the state between blocks, and the bytes of one that is not whole yet.
///
/// FIPS 180-4, sections 5 and 6.2.
struct SHA256Blocks {
    /// Bytes of a block.
    static let size = 64

    private typealias Words = (UInt32, UInt32, UInt32, UInt32, UInt32, UInt32, UInt32, UInt32)
    private typealias Block = (UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64)

    private var state: Words = (
        0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19
    )
    /// The beginning of a block, of which `byteCount % 64` bytes are there.
    private var rest: Block = (0, 0, 0, 0, 0, 0, 0, 0)
    private var byteCount: UInt64 = 0

    private var restCount: Int { Int(byteCount % UInt64(Self.size)) }

    /// Adds bytes.
    mutating func update(_ bytes: UnsafeRawBufferPointer) {
        let whole = completeBlock(with: bytes)
        let count = whole.count / Self.size
        take(count, of: whole)
        keep(UnsafeRawBufferPointer(rebasing: whole[(count * Self.size)...]))
    }

    /// Adds as many bytes as an unfinished block lacks; what is left of them, which begins a block.
    mutating func completeBlock(with bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        guard restCount > 0 else { return bytes }
        let count = min(Self.size - restCount, bytes.count)
        keep(UnsafeRawBufferPointer(rebasing: bytes[..<count]))
        if restCount == 0, count > 0 { takeRest() }
        return UnsafeRawBufferPointer(rebasing: bytes[count...])
    }

    /// Adds whole blocks to two hashes that have no unfinished one; what is left of the first one's bytes.
    mutating func take(
        _ count: Int, of bytes: UnsafeRawBufferPointer, and other: inout Self, _ otherBytes: UnsafeRawBufferPointer
    ) -> UnsafeRawBufferPointer {
        guard count > 0, let start = bytes.baseAddress, let otherStart = otherBytes.baseAddress else { return bytes }
        Self.withWords(&state) { words in
            Self.withWords(&other.state) { otherWords in
                drover_sha256_block_pairs(
                    words, start.assumingMemoryBound(to: UInt8.self),
                    otherWords, otherStart.assumingMemoryBound(to: UInt8.self), count)
            }
        }
        byteCount += UInt64(count * Self.size)
        other.byteCount += UInt64(count * Self.size)
        return UnsafeRawBufferPointer(rebasing: bytes[(count * Self.size)...])
    }

    /// The digest of everything added so far.
    mutating func finish() -> SHA256Digest {
        let bitCount = byteCount << 3
        let padding: Block = (0x80, 0, 0, 0, 0, 0, 0, 0)
        // A single one bit, then zeros up to eight bytes before the end of a block.
        let zeros = (2 * Self.size - 8 - restCount - 1) % Self.size
        withUnsafeBytes(of: padding) { update(UnsafeRawBufferPointer(rebasing: $0[..<(1 + zeros)])) }
        withUnsafeBytes(of: bitCount.bigEndian) { update($0) }
        let words = state
        return SHA256Digest { output in
            withUnsafeBytes(of: words) { words in
                for place in stride(from: 0, to: SHA256Digest.byteCount, by: 4) {
                    let word = words.load(fromByteOffset: place, as: UInt32.self).bigEndian
                    output.storeBytes(of: word, toByteOffset: place, as: UInt32.self)
                }
            }
        }
    }

    private mutating func take(_ count: Int, of bytes: UnsafeRawBufferPointer) {
        guard count > 0, let start = bytes.baseAddress else { return }
        Self.withWords(&state) { drover_sha256_blocks($0, start.assumingMemoryBound(to: UInt8.self), count) }
        byteCount += UInt64(count * Self.size)
    }

    /// Adds bytes to the unfinished block, which has room for them.
    private mutating func keep(_ bytes: UnsafeRawBufferPointer) {
        let offset = restCount
        withUnsafeMutableBytes(of: &rest) {
            UnsafeMutableRawBufferPointer(rebasing: $0[offset...]).copyMemory(from: bytes)
        }
        byteCount += UInt64(bytes.count)
    }

    private mutating func takeRest() {
        let block = rest
        withUnsafeBytes(of: block) { block in
            guard let start = block.baseAddress else { return }
            Self.withWords(&state) { drover_sha256_blocks($0, start.assumingMemoryBound(to: UInt8.self), 1) }
        }
    }

    private static func withWords(_ words: inout Words, _ body: (UnsafeMutablePointer<UInt32>) -> Void) {
        withUnsafeMutablePointer(to: &words) {
            $0.withMemoryRebound(to: UInt32.self, capacity: 8) { body($0) }
        }
    }
}
