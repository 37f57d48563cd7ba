/// MD5 of eight streams of equal length at once, one in each lane of a vector (RFC 1321).
///
/// One stream alone leaves most of a processor idle, as each step waits for the one before; eight take hardly longer than
/// one. Parts of an upload are such streams.
struct MD5Lanes {
    /// How many streams.
    static let count = 8
    /// How many bytes of a stream make a block.
    static let blockSize = 64

    private typealias Lanes = SIMD8<UInt32>
    private var a = Lanes(repeating: 0x6745_2301)
    private var b = Lanes(repeating: 0xefcd_ab89)
    private var c = Lanes(repeating: 0x98ba_dcfe)
    private var d = Lanes(repeating: 0x1032_5476)

    /// Adds whole blocks.
    ///
    /// - Parameter streams: Where the next blocks of each stream are; eight places, of which several may be the same.
    mutating func update(_ streams: [UnsafeRawPointer], blocks: Int) {
        precondition(streams.count == Self.count)
        streams.withUnsafeBufferPointer { streams in
            for block in 0..<blocks { add(streams, at: block * Self.blockSize) }
        }
    }

    /// The digests, when each stream had so many bytes, a whole number of blocks.
    consuming func finish(byteCount: Int64) -> [[UInt8]] {
        var padding = [UInt8](repeating: 0, count: Self.blockSize)
        padding[0] = 0x80
        for place in 0..<8 { padding[56 + place] = UInt8(truncatingIfNeeded: (byteCount * 8) >> (8 * place)) }
        var last = self
        padding.withUnsafeBytes { bytes in
            guard let start = bytes.baseAddress else { return }
            last.update(Array(repeating: start, count: Self.count), blocks: 1)
        }
        return (0..<Self.count).map { lane in
            var digest: [UInt8] = []
            for word: UInt32 in [last.a[lane], last.b[lane], last.c[lane], last.d[lane]] {
                withUnsafeBytes(of: word.littleEndian) { digest += $0 }
            }
            return digest
        }
    }

    // MARK: One block

    @inline(__always)
    private mutating func add(_ streams: UnsafeBufferPointer<UnsafeRawPointer>, at offset: Int) {
        @inline(__always) func word(_ lane: Int, _ place: Int) -> UInt32 {
            UInt32(littleEndian: streams[lane].loadUnaligned(fromByteOffset: offset + place, as: UInt32.self))
        }
        @inline(__always) func words(_ place: Int) -> Lanes {
            Lanes(
                word(0, place), word(1, place), word(2, place), word(3, place), word(4, place), word(5, place),
                word(6, place), word(7, place))
        }
        let (a0, b0, c0, d0) = (a, b, c, d)
        let w0 = words(0)
        let w1 = words(4)
        let w2 = words(8)
        let w3 = words(12)
        let w4 = words(16)
        let w5 = words(20)
        let w6 = words(24)
        let w7 = words(28)
        let w8 = words(32)
        let w9 = words(36)
        let w10 = words(40)
        let w11 = words(44)
        let w12 = words(48)
        let w13 = words(52)
        let w14 = words(56)
        let w15 = words(60)
        step(&a, b, choose(b, c, d), w0, 0xd76aa478, 7)
        step(&d, a, choose(a, b, c), w1, 0xe8c7b756, 12)
        step(&c, d, choose(d, a, b), w2, 0x242070db, 17)
        step(&b, c, choose(c, d, a), w3, 0xc1bdceee, 22)
        step(&a, b, choose(b, c, d), w4, 0xf57c0faf, 7)
        step(&d, a, choose(a, b, c), w5, 0x4787c62a, 12)
        step(&c, d, choose(d, a, b), w6, 0xa8304613, 17)
        step(&b, c, choose(c, d, a), w7, 0xfd469501, 22)
        step(&a, b, choose(b, c, d), w8, 0x698098d8, 7)
        step(&d, a, choose(a, b, c), w9, 0x8b44f7af, 12)
        step(&c, d, choose(d, a, b), w10, 0xffff5bb1, 17)
        step(&b, c, choose(c, d, a), w11, 0x895cd7be, 22)
        step(&a, b, choose(b, c, d), w12, 0x6b901122, 7)
        step(&d, a, choose(a, b, c), w13, 0xfd987193, 12)
        step(&c, d, choose(d, a, b), w14, 0xa679438e, 17)
        step(&b, c, choose(c, d, a), w15, 0x49b40821, 22)
        step(&a, b, pick(b, c, d), w1, 0xf61e2562, 5)
        step(&d, a, pick(a, b, c), w6, 0xc040b340, 9)
        step(&c, d, pick(d, a, b), w11, 0x265e5a51, 14)
        step(&b, c, pick(c, d, a), w0, 0xe9b6c7aa, 20)
        step(&a, b, pick(b, c, d), w5, 0xd62f105d, 5)
        step(&d, a, pick(a, b, c), w10, 0x02441453, 9)
        step(&c, d, pick(d, a, b), w15, 0xd8a1e681, 14)
        step(&b, c, pick(c, d, a), w4, 0xe7d3fbc8, 20)
        step(&a, b, pick(b, c, d), w9, 0x21e1cde6, 5)
        step(&d, a, pick(a, b, c), w14, 0xc33707d6, 9)
        step(&c, d, pick(d, a, b), w3, 0xf4d50d87, 14)
        step(&b, c, pick(c, d, a), w8, 0x455a14ed, 20)
        step(&a, b, pick(b, c, d), w13, 0xa9e3e905, 5)
        step(&d, a, pick(a, b, c), w2, 0xfcefa3f8, 9)
        step(&c, d, pick(d, a, b), w7, 0x676f02d9, 14)
        step(&b, c, pick(c, d, a), w12, 0x8d2a4c8a, 20)
        step(&a, b, parity(b, c, d), w5, 0xfffa3942, 4)
        step(&d, a, parity(a, b, c), w8, 0x8771f681, 11)
        step(&c, d, parity(d, a, b), w11, 0x6d9d6122, 16)
        step(&b, c, parity(c, d, a), w14, 0xfde5380c, 23)
        step(&a, b, parity(b, c, d), w1, 0xa4beea44, 4)
        step(&d, a, parity(a, b, c), w4, 0x4bdecfa9, 11)
        step(&c, d, parity(d, a, b), w7, 0xf6bb4b60, 16)
        step(&b, c, parity(c, d, a), w10, 0xbebfbc70, 23)
        step(&a, b, parity(b, c, d), w13, 0x289b7ec6, 4)
        step(&d, a, parity(a, b, c), w0, 0xeaa127fa, 11)
        step(&c, d, parity(d, a, b), w3, 0xd4ef3085, 16)
        step(&b, c, parity(c, d, a), w6, 0x04881d05, 23)
        step(&a, b, parity(b, c, d), w9, 0xd9d4d039, 4)
        step(&d, a, parity(a, b, c), w12, 0xe6db99e5, 11)
        step(&c, d, parity(d, a, b), w15, 0x1fa27cf8, 16)
        step(&b, c, parity(c, d, a), w2, 0xc4ac5665, 23)
        step(&a, b, fold(b, c, d), w0, 0xf4292244, 6)
        step(&d, a, fold(a, b, c), w7, 0x432aff97, 10)
        step(&c, d, fold(d, a, b), w14, 0xab9423a7, 15)
        step(&b, c, fold(c, d, a), w5, 0xfc93a039, 21)
        step(&a, b, fold(b, c, d), w12, 0x655b59c3, 6)
        step(&d, a, fold(a, b, c), w3, 0x8f0ccc92, 10)
        step(&c, d, fold(d, a, b), w10, 0xffeff47d, 15)
        step(&b, c, fold(c, d, a), w1, 0x85845dd1, 21)
        step(&a, b, fold(b, c, d), w8, 0x6fa87e4f, 6)
        step(&d, a, fold(a, b, c), w15, 0xfe2ce6e0, 10)
        step(&c, d, fold(d, a, b), w6, 0xa3014314, 15)
        step(&b, c, fold(c, d, a), w13, 0x4e0811a1, 21)
        step(&a, b, fold(b, c, d), w4, 0xf7537e82, 6)
        step(&d, a, fold(a, b, c), w11, 0xbd3af235, 10)
        step(&c, d, fold(d, a, b), w2, 0x2ad7d2bb, 15)
        step(&b, c, fold(c, d, a), w9, 0xeb86d391, 21)
        a &+= a0
        b &+= b0
        c &+= c0
        d &+= d0
    }

    @inline(__always)
    private func step(
        _ target: inout Lanes, _ next: Lanes, _ mix: Lanes, _ word: Lanes, _ constant: UInt32, _ shift: UInt32
    ) {
        let sum = target &+ mix &+ word &+ Lanes(repeating: constant)
        target = next &+ ((sum &<< Lanes(repeating: shift)) | (sum &>> Lanes(repeating: 32 - shift)))
    }

    @inline(__always) private func choose(_ x: Lanes, _ y: Lanes, _ z: Lanes) -> Lanes { z ^ (x & (y ^ z)) }
    @inline(__always) private func pick(_ x: Lanes, _ y: Lanes, _ z: Lanes) -> Lanes { y ^ (z & (x ^ y)) }
    @inline(__always) private func parity(_ x: Lanes, _ y: Lanes, _ z: Lanes) -> Lanes { x ^ y ^ z }
    @inline(__always) private func fold(_ x: Lanes, _ y: Lanes, _ z: Lanes) -> Lanes { y ^ (x | ~z) }
}
