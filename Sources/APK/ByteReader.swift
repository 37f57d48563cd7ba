/// Reads little-endian numbers from bytes that may lie about their own lengths.
struct ByteReader {
    /// The bytes ended before what was due.
    struct OutOfBounds: Error {}

    let bytes: ArraySlice<UInt8>
    private(set) var position: Int

    init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        position = bytes.startIndex
    }

    init(_ bytes: [UInt8]) { self.init(bytes[...]) }

    var remaining: Int { bytes.endIndex - position }
    var isAtEnd: Bool { remaining == 0 }

    mutating func u8() throws(OutOfBounds) -> UInt8 { UInt8(try number(1)) }
    mutating func u16() throws(OutOfBounds) -> Int { Int(try number(2)) }
    mutating func u32() throws(OutOfBounds) -> UInt32 { UInt32(try number(4)) }
    mutating func u64() throws(OutOfBounds) -> UInt64 { try number(8) }

    /// The next `count` bytes.
    mutating func take(_ count: Int) throws(OutOfBounds) -> ArraySlice<UInt8> {
        guard count >= 0, count <= remaining else { throw OutOfBounds() }
        defer { position += count }
        return bytes[position..<position + count]
    }

    /// Bytes that are preceded by their length in 32 bits.
    mutating func counted() throws(OutOfBounds) -> ArraySlice<UInt8> { try take(Int(try u32())) }

    /// Continues at an offset from the first byte.
    mutating func seek(to offset: Int) throws(OutOfBounds) {
        guard offset >= 0, offset <= bytes.count else { throw OutOfBounds() }
        position = bytes.startIndex + offset
    }

    private mutating func number(_ count: Int) throws(OutOfBounds) -> UInt64 {
        guard count <= remaining else { throw OutOfBounds() }
        var value: UInt64 = 0
        for offset in (0..<count).reversed() { value = value << 8 | UInt64(bytes[position + offset]) }
        position += count
        return value
    }
}
