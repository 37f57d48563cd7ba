/// The texts of a binary XML file, decoded only when they are asked for.
struct StringPool {
    private let bytes: ArraySlice<UInt8>
    private let offsets: ArraySlice<UInt8>
    private let isUTF8: Bool
    private var known: [UInt32: String] = [:]
    // Entries may overlap, so that few bytes stand for a great deal of text; real manifests need a fraction of this.
    private var budget = 4 << 20

    /// Reads the chunk's head; `chunk` is the whole chunk.
    init(chunk: ArraySlice<UInt8>) throws(ByteReader.OutOfBounds) {
        var reader = ByteReader(chunk)
        _ = try reader.take(2)
        let headSize = try reader.u16()
        _ = try reader.u32()
        let count = Int(try reader.u32())
        _ = try reader.u32()
        isUTF8 = try reader.u32() & 0x100 != 0
        let start = Int(try reader.u32())
        try reader.seek(to: headSize)
        guard count <= reader.remaining / 4 else { throw ByteReader.OutOfBounds() }
        offsets = try reader.take(4 * count)
        guard start <= chunk.count else { throw ByteReader.OutOfBounds() }
        bytes = chunk.dropFirst(start)
    }

    /// One text by its number; `nil` for the number that means "none".
    mutating func text(_ index: UInt32) throws(ByteReader.OutOfBounds) -> String? {
        if index == UInt32.max { return nil }
        if let text = known[index] { return text }
        var table = ByteReader(offsets)
        // Multiplied as `Int`, four times any 32-bit number fits.
        try table.seek(to: 4 * Int(index))
        var reader = ByteReader(bytes)
        try reader.seek(to: Int(try table.u32()))
        let text = try isUTF8 ? utf8(&reader) : utf16(&reader)
        known[index] = text
        return text
    }

    private mutating func utf8(_ reader: inout ByteReader) throws(ByteReader.OutOfBounds) -> String {
        _ = try Self.length8(&reader)  // in UTF-16 units; nobody needs it
        let count = try Self.length8(&reader)
        try spend(count)
        return String(decoding: try reader.take(count), as: UTF8.self)
    }

    private mutating func utf16(_ reader: inout ByteReader) throws(ByteReader.OutOfBounds) -> String {
        var count = try reader.u16()
        if count & 0x8000 != 0 { count = (count & 0x7fff) << 16 | (try reader.u16()) }
        try spend(2 * count)
        let bytes = try reader.take(2 * count)
        let units = stride(from: bytes.startIndex, to: bytes.endIndex, by: 2).map {
            UInt16(bytes[$0]) | UInt16(bytes[$0 + 1]) << 8
        }
        return String(decoding: units, as: UTF16.self)
    }

    private mutating func spend(_ count: Int) throws(ByteReader.OutOfBounds) {
        budget -= count
        guard budget >= 0 else { throw ByteReader.OutOfBounds() }
    }

    private static func length8(_ reader: inout ByteReader) throws(ByteReader.OutOfBounds) -> Int {
        let first = Int(try reader.u8())
        return first & 0x80 == 0 ? first : (first & 0x7f) << 8 | Int(try reader.u8())
    }
}
