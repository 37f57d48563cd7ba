/// Reads JSON that came from outside into a value; depth and size are bounded.
struct JSONText {
    private let bytes: [UInt8]
    private var place = 0
    private var members = 0

    static func value(of text: String) throws(FunctionMistake) -> Value {
        var reader = JSONText(bytes: Array(text.utf8))
        let value = try reader.value(depth: 0)
        reader.skipSpace()
        guard reader.place == reader.bytes.count else { throw reader.mistake("something stands behind its end") }
        return value
    }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    private func mistake(_ what: String) -> FunctionMistake {
        FunctionMistake(index: 0, "this is not JSON: \(what), at byte \(place + 1)")
    }

    private mutating func skipSpace() {
        while place < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[place]) { place += 1 }
    }

    private mutating func value(depth: Int) throws(FunctionMistake) -> Value {
        members += 1
        guard depth <= 50, members <= Value.maximumWeight else {
            throw mistake("it is too large, or nested too deeply")
        }
        skipSpace()
        guard place < bytes.count else { throw mistake("it ends too early") }
        switch bytes[place] {
        case UInt8(ascii: "{"): return try object(depth)
        case UInt8(ascii: "["): return try array(depth)
        case UInt8(ascii: "\""): return .text(try text())
        case UInt8(ascii: "t"): return try word("true", .boolean(true))
        case UInt8(ascii: "f"): return try word("false", .boolean(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: return try number()
        }
    }

    private mutating func object(_ depth: Int) throws(FunctionMistake) -> Value {
        place += 1
        var result: [String: Value] = [:]
        skipSpace()
        if take(UInt8(ascii: "}")) { return .map(result) }
        while true {
            skipSpace()
            guard place < bytes.count, bytes[place] == UInt8(ascii: "\"") else { throw mistake("a name is missing") }
            let name = try text()
            skipSpace()
            guard take(UInt8(ascii: ":")) else { throw mistake("a colon is missing") }
            result[name] = try value(depth: depth + 1)
            skipSpace()
            if take(UInt8(ascii: "}")) { return .map(result) }
            guard take(UInt8(ascii: ",")) else { throw mistake("a comma is missing") }
        }
    }

    private mutating func array(_ depth: Int) throws(FunctionMistake) -> Value {
        place += 1
        var result: [Value] = []
        skipSpace()
        if take(UInt8(ascii: "]")) { return .list(result) }
        while true {
            result.append(try value(depth: depth + 1))
            skipSpace()
            if take(UInt8(ascii: "]")) { return .list(result) }
            guard take(UInt8(ascii: ",")) else { throw mistake("a comma is missing") }
        }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard place < bytes.count, bytes[place] == byte else { return false }
        place += 1
        return true
    }

    private mutating func word(_ word: StaticString, _ value: Value) throws(FunctionMistake) -> Value {
        let count = word.utf8CodeUnitCount
        let isThere = word.withUTF8Buffer { bytes[place...].starts(with: $0) }
        guard isThere else { throw mistake("an unknown word") }
        place += count
        return value
    }

    private mutating func number() throws(FunctionMistake) -> Value {
        let start = place
        while place < bytes.count {
            let byte = bytes[place]
            let isPart =
                (0x30...0x39).contains(byte) || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "+")
                || byte == UInt8(ascii: ".") || byte | 0x20 == UInt8(ascii: "e")
            guard isPart else { break }
            place += 1
        }
        let text = String(decoding: bytes[start..<place], as: UTF8.self)
        if let whole = Int64(text), !text.hasPrefix("+") { return .integer(whole) }
        guard let first = text.utf8.first, first == UInt8(ascii: "-") || (0x30...0x39).contains(first),
            let number = Double(text), number.isFinite
        else {
            place = start
            throw mistake("a value is missing")
        }
        return .number(number)
    }

    private mutating func text() throws(FunctionMistake) -> String {
        place += 1
        var result: [UInt8] = []
        while place < bytes.count {
            let byte = bytes[place]
            place += 1
            switch byte {
            case UInt8(ascii: "\""): return String(decoding: result, as: UTF8.self)
            case UInt8(ascii: "\\"): try escape(into: &result)
            case 0..<0x20: throw mistake("a control character stands in a text")
            default: result.append(byte)
            }
        }
        throw mistake("a text is not closed")
    }

    private mutating func escape(into result: inout [UInt8]) throws(FunctionMistake) {
        guard place < bytes.count else { throw mistake("a text is not closed") }
        let byte = bytes[place]
        place += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): result.append(byte)
        case UInt8(ascii: "b"): result.append(0x08)
        case UInt8(ascii: "f"): result.append(0x0C)
        case UInt8(ascii: "n"): result.append(0x0A)
        case UInt8(ascii: "r"): result.append(0x0D)
        case UInt8(ascii: "t"): result.append(0x09)
        case UInt8(ascii: "u"): result += String(Character(try scalar())).utf8
        default: throw mistake("an unknown escape")
        }
    }

    /// One scalar out of one `\u` or of a pair of them.
    private mutating func scalar() throws(FunctionMistake) -> Unicode.Scalar {
        let first = try unit()
        if let scalar = Unicode.Scalar(UInt32(first)) { return scalar }
        guard UTF16.isLeadSurrogate(first), take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")) else { return "\u{FFFD}" }
        let second = try unit()
        guard UTF16.isTrailSurrogate(second) else { return "\u{FFFD}" }
        let code = 0x10000 + (UInt32(first) & 0x3FF) << 10 + UInt32(second) & 0x3FF
        return Unicode.Scalar(code) ?? "\u{FFFD}"
    }

    private mutating func unit() throws(FunctionMistake) -> UInt16 {
        guard place + 4 <= bytes.count,
            let unit = UInt16(String(decoding: bytes[place..<place + 4], as: UTF8.self), radix: 16)
        else { throw mistake("an unknown escape") }
        place += 4
        return unit
    }
}
