/// Writes JSON for other programs: one member on each line, small objects on one.
struct JSONText {
    private(set) var text = ""
    private var isFirst = true
    private var depth = 0
    private var isCompact = false

    mutating func object(isCompact: Bool = false, _ body: (inout Self) -> Void) { nest("{", "}", isCompact, body) }
    mutating func array(isCompact: Bool = false, _ body: (inout Self) -> Void) { nest("[", "]", isCompact, body) }

    private mutating func nest(_ open: String, _ close: String, _ compact: Bool, _ body: (inout Self) -> Void) {
        let wasCompact = isCompact
        text += open
        isFirst = true
        depth += 1
        isCompact = wasCompact || compact
        body(&self)
        depth -= 1
        if !isFirst, !isCompact { breakLine() }
        isCompact = wasCompact
        isFirst = false
        text += close
    }

    private mutating func breakLine() { text += "\n" + String(repeating: "  ", count: depth) }

    mutating func element() {
        if !isFirst { text += isCompact ? ", " : "," }
        isFirst = false
        if !isCompact { breakLine() }
    }

    mutating func key(_ name: String) {
        element()
        value(name)
        text += ": "
    }

    mutating func member(_ name: String, _ text: String?) {
        guard let text else { return }
        key(name)
        value(text)
    }

    mutating func member(_ name: String, _ number: Int64?) {
        guard let number else { return }
        key(name)
        text += "\(number)"
    }

    mutating func member(_ name: String, _ flag: Bool) {
        key(name)
        text += flag ? "true" : "false"
    }

    mutating func null() { text += "null" }

    mutating func value(_ string: String) {
        text += "\""
        defer { text += "\"" }
        // What nearly every text is: nothing to escape.
        if string.utf8.allSatisfy({ 0x20..<0x7F ~= $0 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }) {
            text += string
            return
        }
        for scalar in string.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            case "\t": text += "\\t"
            case _
            where scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
                || scalar.value == 0x2028 || scalar.value == 0x2029:
                let digits = String(scalar.value, radix: 16)
                text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: text.unicodeScalars.append(scalar)
            }
        }
    }
}
