/// Reads the fields of a message of SSH's kind: numbers and texts, each with its length before it (RFC 4251, 5).
///
/// Every length is checked against what is there before anything is taken.
struct SSHFieldReader {
    /// The message ended inside of a field, or a field is longer than it may be.
    struct Broken: Error {}

    private var rest: ArraySlice<UInt8>

    init(_ bytes: some Sequence<UInt8>) { rest = ArraySlice(Array(bytes)) }

    /// Whether everything was read.
    var isAtEnd: Bool { rest.isEmpty }

    mutating func byte() throws(Broken) -> UInt8 {
        guard let byte = rest.popFirst() else { throw Broken() }
        return byte
    }

    mutating func number() throws(Broken) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 { value = value << 8 | UInt32(try byte()) }
        return value
    }

    mutating func bytes(atMost most: Int = 1 << 18) throws(Broken) -> [UInt8] {
        let count = Int(try number())
        guard count <= most, count <= rest.count else { throw Broken() }
        defer { rest = rest.dropFirst(count) }
        return Array(rest.prefix(count))
    }

    /// A text; bytes that are no UTF-8 are replaced.
    mutating func text(atMost most: Int = 1 << 12) throws(Broken) -> String {
        String(decoding: try bytes(atMost: most), as: UTF8.self)
    }
}

/// Writes the fields of a message of SSH's kind (RFC 4251, 5).
struct SSHFieldWriter {
    private(set) var bytes: [UInt8] = []

    mutating func add(_ byte: UInt8) { bytes.append(byte) }

    mutating func add(number: Int) {
        for shift in [24, 16, 8, 0] { bytes.append(UInt8(truncatingIfNeeded: number >> shift)) }
    }

    mutating func add(_ field: some Collection<UInt8>) {
        add(number: field.count)
        bytes += field
    }

    mutating func add(_ text: String) { add(text.utf8) }

    /// Adds a number that is not negative, given as its bytes, the highest first.
    mutating func add(magnitude: [UInt8]) {
        let digits = magnitude.drop { $0 == 0 }
        // A highest bit that is set would make it negative.
        add((digits.first ?? 0) & 0x80 == 0 ? Array(digits) : [0] + digits)
    }
}
