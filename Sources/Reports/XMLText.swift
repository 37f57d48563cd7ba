/// Writes XML 1.0: elements indented, texts escaped, characters that XML cannot hold spelled out.
struct XMLText {
    private(set) var text = ""
    private var depth = 0

    mutating func raw(_ piece: String) { text += piece }

    mutating func open(_ name: String, _ attributes: [(String, String)]) {
        begin(name, attributes)
        text += ">\n"
        depth += 1
    }

    mutating func close(_ name: String) {
        depth -= 1
        indent()
        text += "</\(name)>\n"
    }

    mutating func empty(_ name: String, _ attributes: [(String, String)]) {
        begin(name, attributes)
        text += "/>\n"
    }

    mutating func element(_ name: String, _ attributes: [(String, String)], _ content: String) {
        begin(name, attributes)
        text += ">" + Self.escaped(content) + "</\(name)>\n"
    }

    private mutating func begin(_ name: String, _ attributes: [(String, String)]) {
        indent()
        text += "<\(name)"
        for (name, value) in attributes { text += " \(name)=\"\(Self.escaped(value, isAttribute: true))\"" }
    }

    private mutating func indent() { text += String(repeating: "  ", count: depth) }

    static func escaped(_ string: String, isAttribute: Bool = false) -> String {
        var result = ""
        for scalar in string.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "\n" where isAttribute: result += "&#10;"
            case "\t" where isAttribute: result += "&#9;"
            case "\n", "\t": result.unicodeScalars.append(scalar)
            default:
                if isCharacter(scalar) {
                    result.unicodeScalars.append(scalar)
                } else {
                    result += "\\u{" + String(scalar.value, radix: 16) + "}"
                }
            }
        }
        return result
    }

    /// Whether XML 1.0 may hold it, and it does not reorder its neighbours on a page.
    private static func isCharacter(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x20...0x7E, 0xA0...0xD7FF, 0xE000...0xFFFD, 0x10000...0x10FFFF:
            !(0x202A...0x202E).contains(scalar.value) && !(0x2066...0x2069).contains(scalar.value)
        default: false
        }
    }
}
