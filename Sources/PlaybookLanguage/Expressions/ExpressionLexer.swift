import Farm

/// One word or sign of an expression.
struct Token: Hashable, Sendable {
    enum Kind: Hashable, Sendable {
        case literal(Value)
        case name(String)
        /// Operators and brackets, and the words `and or not in matches if else`.
        case sign(String)
        case end
    }

    let kind: Kind
    let range: Range<Int>
}

/// Cuts an expression into tokens.
struct ExpressionLexer {
    private let bytes: [UInt8]
    private let end: Int
    private var place: Int

    static let words: Set<String> = ["and", "or", "not", "in", "matches", "if", "else"]

    init(bytes: [UInt8], range: Range<Int>) {
        self.bytes = bytes
        place = range.lowerBound
        end = range.upperBound
    }

    /// The next token; `.end` once nothing is left.
    mutating func next() throws(TermError) -> Token {
        while place < end, isSpace(bytes[place]) { place += 1 }
        guard place < end else { return Token(kind: .end, range: end..<end) }
        let byte = bytes[place]
        if isLetter(byte) { return word() }
        if isDigit(byte) { return try number() }
        if byte == UInt8(ascii: "'") || byte == UInt8(ascii: "\"") { return try text(quote: byte) }
        return try sign()
    }

    private mutating func word() -> Token {
        let start = place
        while place < end, isLetter(bytes[place]) || isDigit(bytes[place]) { place += 1 }
        let range = start..<place
        let word = string(range)
        switch word {
        case "true": return Token(kind: .literal(.boolean(true)), range: range)
        case "false": return Token(kind: .literal(.boolean(false)), range: range)
        case "null": return Token(kind: .literal(.null), range: range)
        default: return Token(kind: Self.words.contains(word) ? .sign(word) : .name(word), range: range)
        }
    }

    /// A number, or a number with units: a duration such as `1m30s`, a size such as `10MB`.
    private mutating func number() throws(TermError) -> Token {
        let start = place
        while place < end {
            let isPoint = bytes[place] == UInt8(ascii: ".") && place + 1 < end && isDigit(bytes[place + 1])
            guard isLetter(bytes[place]) || isDigit(bytes[place]) || isPoint else { break }
            place += 1
        }
        let range = start..<place
        let word = string(range)
        if CoreSchema.hasLeadingZero(word) {
            throw TermError(
                .syntax, "a number has no leading zero", at: range, help: "write '\(word)' if it is meant as a text")
        }
        switch CoreSchema.value(ofPlain: word) {
        case .integer(let value): return Token(kind: .literal(.integer(value)), range: range)
        case .number(let value) where value.isFinite: return Token(kind: .literal(.number(value)), range: range)
        default: break
        }
        if let duration = try? readDuration(word) { return Token(kind: .literal(.duration(duration)), range: range) }
        if let size = try? ByteCount(parsing: word) { return Token(kind: .literal(.size(size)), range: range) }
        throw TermError(
            .syntax, "`\(word)` is neither a number nor a duration nor a size", at: range,
            help: "a text stands in quotes: '\(word)'")
    }

    /// `'it''s'` knows no escapes but the doubled quote; `"a\n"` knows backslashes.
    private mutating func text(quote: UInt8) throws(TermError) -> Token {
        let start = place
        place += 1
        var content: [UInt8] = []
        while place < end {
            let byte = bytes[place]
            if byte == quote {
                guard quote == UInt8(ascii: "'"), place + 1 < end, bytes[place + 1] == quote else {
                    place += 1
                    let text = String(decoding: content, as: UTF8.self)
                    return Token(kind: .literal(.text(text)), range: start..<place)
                }
                place += 1
            } else if byte == UInt8(ascii: "\\"), quote == UInt8(ascii: "\"") {
                content.append(try escape())
                continue
            }
            content.append(byte)
            place += 1
        }
        throw TermError(.syntax, "the quote is not closed", at: start..<start + 1)
    }

    private mutating func escape() throws(TermError) -> UInt8 {
        let start = place
        place += 2
        switch start + 1 < end ? bytes[start + 1] : 0 {
        case UInt8(ascii: "n"): return 0x0A
        case UInt8(ascii: "t"): return 0x09
        case UInt8(ascii: "r"): return 0x0D
        case UInt8(ascii: "\\"): return UInt8(ascii: "\\")
        case UInt8(ascii: "\""): return UInt8(ascii: "\"")
        default:
            let range = start..<min(start + 2, end)
            throw TermError(
                .syntax, "unknown escape `\(string(range))`", at: range,
                help: "the escapes are \\n \\t \\r \\\\ \\\"; in single quotes a backslash is a backslash")
        }
    }

    private mutating func sign() throws(TermError) -> Token {
        let start = place
        let two = place + 1 < end ? string(start..<start + 2) : ""
        if ["==", "!=", "<=", ">="].contains(two) {
            place += 2
            return Token(kind: .sign(two), range: start..<place)
        }
        if let cure = ["&&": "write `and`", "||": "write `or`", "=~": "write `matches`"][two] {
            throw TermError(.syntax, "unknown operator `\(two)`", at: start..<start + 2, help: cure)
        }
        let one = string(start..<start + 1)
        if "<>()[]{}:,.+-*/%".contains(one) {
            place += 1
            return Token(kind: .sign(one), range: start..<place)
        }
        if let cure = [
            "=": "to compare, write `==`", "!": "write `not`", "$": "inside an expression a name stands bare",
            "?": "to choose between two values, write `a if condition else b`",
        ][one] {
            throw TermError(.syntax, "unknown operator `\(one)`", at: start..<start + 1, help: cure)
        }
        var length = 1
        while start + length < end, bytes[start + length] & 0xC0 == 0x80 { length += 1 }
        let character = string(start..<start + length)
        throw TermError(.syntax, "`\(character)` cannot stand in an expression", at: start..<start + length)
    }

    private func string(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

    private func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D }

    private func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

    private func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte | 0x20) || byte == UInt8(ascii: "_") }
}
