/// The ways in which a secret can stand in a text.
struct SecretSpellings {
    /// Spellings that stand in one piece.
    private(set) var whole: Set<[UInt8]> = []
    /// Spellings that tools break into lines, such as base64; a part of them gives the secret away as well.
    private(set) var wrapped: Set<[UInt8]> = []

    /// Lines of a secret that are shorter are not hidden on their own, in bytes.
    private static let shortestLine = 8

    init(of secret: Secret) {
        secret.reveal { text in
            let bytes = Array(text.utf8)
            addWhole(text)
            // A key of many lines is mostly seen line by line, and with other line ends.
            for line in text.split(whereSeparator: \.isNewline) where line.utf8.count >= Self.shortestLine {
                addWhole(String(line))
            }
            for offset in 0..<3 {
                for alphabet in [Self.standardAlphabet, Self.urlAlphabet] {
                    addWrapped(Self.base64(bytes, after: offset, alphabet))
                }
            }
            addWrapped(Self.hexadecimal(bytes, Self.lowerDigits))
            addWrapped(Self.hexadecimal(bytes, Self.upperDigits))
        }
    }

    private mutating func addWhole(_ text: String) {
        let bytes = Array(text.utf8)
        var spellings = [bytes, Self.shellQuoted(bytes, "'\\''"), Self.shellQuoted(bytes, "'\"'\"'")]
        spellings += [Self.backslashed(bytes), Self.json(text, isASCII: false), Self.json(text, isASCII: true)]
        spellings.append(Self.json(text, isASCII: false, escapesSlash: true))
        for digits in [Self.lowerDigits, Self.upperDigits] {
            spellings.append(Self.percent(bytes, digits, space: Array("%20".utf8)))
            spellings.append(Self.percent(bytes, digits, space: Array("+".utf8)))
            spellings.append(Self.percentAll(bytes, digits))
        }
        for spelling in spellings where spelling.count >= Secret.minimumLength { whole.insert(spelling) }
    }

    private mutating func addWrapped(_ spelling: [UInt8]) {
        if spelling.count >= Secret.minimumLength { wrapped.insert(spelling) }
    }

    private static let lowerDigits = Array("0123456789abcdef".utf8)
    private static let upperDigits = Array("0123456789ABCDEF".utf8)
    private static let standardAlphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    private static let urlAlphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

    /// The digits of base64 that depend on nothing but the bytes, when `offset` other bytes stand before them.
    private static func base64(_ bytes: [UInt8], after offset: Int, _ alphabet: [UInt8]) -> [UInt8] {
        var digits: [UInt8] = []
        let first = (offset * 8 + 5) / 6
        let end = (offset + bytes.count) * 8 / 6
        func byte(_ place: Int) -> Int {
            let index = place - offset
            return bytes.indices.contains(index) ? Int(bytes[index]) : 0
        }
        guard first < end else { return [] }
        for digit in first..<end {
            let bit = digit * 6
            let pair = byte(bit / 8) << 8 | byte(bit / 8 + 1)
            digits.append(alphabet[pair >> (10 - bit % 8) & 63])
        }
        return digits
    }

    private static func hexadecimal(_ bytes: [UInt8], _ digits: [UInt8]) -> [UInt8] {
        bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
    }

    private static func percent(_ bytes: [UInt8], _ digits: [UInt8], space: [UInt8]) -> [UInt8] {
        bytes.flatMap { byte -> [UInt8] in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: [byte]
            case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"): [byte]
            case 0x20: space
            default: [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
    }

    private static func percentAll(_ bytes: [UInt8], _ digits: [UInt8]) -> [UInt8] {
        bytes.flatMap { [UInt8(ascii: "%"), digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
    }

    private static func shellQuoted(_ bytes: [UInt8], _ quote: String) -> [UInt8] {
        bytes.flatMap { $0 == UInt8(ascii: "'") ? Array(quote.utf8) : [$0] }
    }

    /// As `printf %q`, and shells in double quotes, spell it.
    private static func backslashed(_ bytes: [UInt8]) -> [UInt8] {
        bytes.flatMap { byte -> [UInt8] in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x80...0xFF: [byte]
            case UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "/"), UInt8(ascii: "@"): [byte]
            default: [UInt8(ascii: "\\"), byte]
            }
        }
    }

    private static func json(_ text: String, isASCII: Bool, escapesSlash: Bool = false) -> [UInt8] {
        var result: [UInt8] = []
        func escape(_ unit: UInt16) {
            result += Array("\\u".utf8)
            for shift in [12, 8, 4, 0] { result.append(lowerDigits[Int(unit >> UInt16(shift) & 15)]) }
        }
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": result += [UInt8(ascii: "\\"), UInt8(scalar.value)]
            case "/" where escapesSlash: result += Array("\\/".utf8)
            case "\n": result += Array("\\n".utf8)
            case "\r": result += Array("\\r".utf8)
            case "\t": result += Array("\\t".utf8)
            default:
                if scalar.value < 0x20 || isASCII && !scalar.isASCII {
                    for unit in String(Character(scalar)).utf16 { escape(unit) }
                } else {
                    result += Array(String(Character(scalar)).utf8)
                }
            }
        }
        return result
    }
}
