/// What `printf` and `echo` make of their words.
enum PrintFormat {
    /// The text; nil when the format makes no sense.
    ///
    /// Known are `%s %b %c %d %i %u %x %o %%`, with width, `-` and `0`; the format is used again while words are left.
    static func text(_ format: String, _ words: [String]) -> String? {
        var words = words[...]
        var text = ""
        repeat {
            var rest = unescaped(format)[...]
            while let character = rest.popFirst() {
                guard character == "%" else {
                    text.append(character)
                    continue
                }
                guard let field = field(&rest, &words) else { return nil }
                text += field
            }
        } while !words.isEmpty && format.contains("%")
        return text
    }

    private static func field(_ rest: inout Substring, _ words: inout ArraySlice<String>) -> String? {
        let flags = rest.prefix { "-0".contains($0) }
        rest = rest.dropFirst(flags.count)
        let digits = rest.prefix { $0.isNumber }
        rest = rest.dropFirst(digits.count)
        let width = Int(digits) ?? 0
        let value: String
        switch rest.popFirst() {
        case "%": return "%"
        case "s": value = words.popFirst() ?? ""
        case "b": value = unescaped(words.popFirst() ?? "")
        case "c": value = String((words.popFirst() ?? "").prefix(1))
        case "d", "i", "u": value = String(number(words.popFirst()))
        case "x": value = String(number(words.popFirst()), radix: 16)
        case "o": value = String(number(words.popFirst()), radix: 8)
        default: return nil
        }
        if flags.contains("-") { return value.padded(to: width) }
        return value.leftPadded(to: width, with: flags.contains("0") ? "0" : " ")
    }

    private static func number(_ word: String?) -> Int64 {
        guard let word else { return 0 }
        return word.hasPrefix("0x") ? Int64(word.dropFirst(2), radix: 16) ?? 0 : Int64(word) ?? 0
    }

    /// The text with its escapes read: letters, `\\xHH`, and up to three octal digits.
    static func unescaped(_ text: String) -> String {
        guard text.utf8.contains(UInt8(ascii: "\\")) else { return text }
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        let letters: [UInt8: UInt8] = [
            UInt8(ascii: "n"): 10, UInt8(ascii: "t"): 9, UInt8(ascii: "r"): 13, UInt8(ascii: "a"): 7,
            UInt8(ascii: "b"): 8, UInt8(ascii: "f"): 12, UInt8(ascii: "v"): 11, UInt8(ascii: "e"): 27,
            UInt8(ascii: "\\"): UInt8(ascii: "\\"),
        ]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "\\"), let next = rest.first else {
                bytes.append(byte)
                continue
            }
            if let letter = letters[next] {
                rest.removeFirst()
                bytes.append(letter)
            } else if next == UInt8(ascii: "x"), let value = digits(rest.dropFirst().prefix(2), radix: 16) {
                rest = rest.dropFirst(1 + value.count)
                bytes.append(value.byte)
            } else if let value = digits(rest.prefix(next == UInt8(ascii: "0") ? 4 : 3), radix: 8) {
                rest = rest.dropFirst(value.count)
                bytes.append(value.byte)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func digits(_ bytes: ArraySlice<UInt8>, radix: UInt32) -> (byte: UInt8, count: Int)? {
        var value: UInt32 = 0
        var count = 0
        for byte in bytes {
            guard let digit = Character(UnicodeScalar(byte)).hexDigitValue, digit < radix else { break }
            value = value * radix + UInt32(digit)
            count += 1
        }
        return count == 0 ? nil : (UInt8(truncatingIfNeeded: value), count)
    }
}
