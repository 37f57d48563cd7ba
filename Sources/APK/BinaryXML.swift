/// Reads the binary XML into which Android's tools compile a manifest, element by element.
///
/// A file is one chunk that holds others: first a pool of texts and a map of attribute names to resource numbers, then
/// one chunk for each start and end of an element. Every length is checked against its surroundings before it is used.
struct BinaryXML {
    /// The start or the end of an element.
    enum Event {
        case start(name: String, attributes: [Attribute])
        case end
    }

    struct Attribute {
        /// The resource number of an `android:` attribute; 0 for one without.
        let resource: UInt32
        /// The name of an attribute without a namespace, such as `package`; `nil` for all others.
        let plainName: String?
        let value: Value
    }

    enum Value: Equatable {
        case text(String)
        case number(UInt32)
        case boolean(Bool)
        /// A reference to a resource, or a kind of value that no attribute of interest has.
        case other
    }

    private enum Chunk {
        static let xml = 0x0003, strings = 0x0001, resources = 0x0180, start = 0x0102, end = 0x0103
    }

    private var reader: ByteReader
    private var strings: StringPool?
    private var resources: [UInt32] = []

    init(_ bytes: [UInt8]) throws(ByteReader.OutOfBounds) {
        var whole = ByteReader(bytes)
        guard try whole.u16() == Chunk.xml else { throw ByteReader.OutOfBounds() }
        let headSize = try whole.u16()
        let size = Int(try whole.u32())
        guard headSize >= 8, size >= headSize, size <= bytes.count else { throw ByteReader.OutOfBounds() }
        reader = ByteReader(bytes[headSize..<size])
    }

    /// The next start or end of an element; `nil` after the last chunk.
    mutating func next() throws(ByteReader.OutOfBounds) -> Event? {
        while !reader.isAtEnd {
            let (kind, headSize, chunk) = try nextChunk()
            switch kind {
            case Chunk.strings where strings == nil: strings = try StringPool(chunk: chunk)
            case Chunk.resources: try readResources(chunk.dropFirst(headSize))
            case Chunk.start: return try start(chunk, headSize: headSize)
            case Chunk.end: return .end
            default: break  // namespaces, text between elements, and what later tools may add
            }
        }
        return nil
    }

    private mutating func nextChunk() throws(ByteReader.OutOfBounds) -> (Int, Int, ArraySlice<UInt8>) {
        var head = reader
        let kind = try head.u16()
        let headSize = try head.u16()
        let size = Int(try head.u32())
        guard headSize >= 8, size >= headSize else { throw ByteReader.OutOfBounds() }
        return (kind, headSize, try reader.take(size))
    }

    private mutating func readResources(_ body: ArraySlice<UInt8>) throws(ByteReader.OutOfBounds) {
        var body = ByteReader(body)
        resources.removeAll()
        while body.remaining >= 4 { resources.append(try body.u32()) }
    }

    private mutating func start(_ chunk: ArraySlice<UInt8>, headSize: Int) throws(ByteReader.OutOfBounds) -> Event {
        var body = ByteReader(chunk.dropFirst(headSize))
        _ = try body.u32()  // the element's namespace
        guard let name = try text(try body.u32()) else { throw ByteReader.OutOfBounds() }
        let firstOffset = try body.u16()
        let stride = try body.u16()
        let count = try body.u16()
        guard stride >= 20 else { throw ByteReader.OutOfBounds() }
        var attributes: [Attribute] = []
        for index in 0..<count {
            try body.seek(to: firstOffset + index * stride)
            attributes.append(try attribute(&body))
        }
        return .start(name: name, attributes: attributes)
    }

    private mutating func attribute(_ body: inout ByteReader) throws(ByteReader.OutOfBounds) -> Attribute {
        let namespace = try body.u32()
        let name = try body.u32()
        _ = try body.u32()  // the text as it stood in the source; absent after most tools
        _ = try body.u16()
        _ = try body.u8()
        let kind = try body.u8()
        let datum = try body.u32()
        let resource = Int(name) < resources.count ? resources[Int(name)] : 0
        let value: Value =
            switch kind {
            case 0x03: .text(try text(datum) ?? "")
            case 0x10, 0x11: .number(datum)
            case 0x12: .boolean(datum != 0)
            default: .other
            }
        return Attribute(
            resource: resource, plainName: namespace == UInt32.max ? try text(name) : nil, value: value)
    }

    private mutating func text(_ index: UInt32) throws(ByteReader.OutOfBounds) -> String? {
        guard strings != nil else { throw ByteReader.OutOfBounds() }
        return try strings?.text(index)
    }
}
