/// One element of an XML document: its name, its own text, and the elements in it.
///
/// Attributes and namespaces are left out, as no answer of an object store says anything by them.
public struct XMLElement: Hashable, Sendable {
    /// The name without its prefix.
    public let name: String
    /// The text that stands directly in it, pieces joined.
    public internal(set) var text = ""
    /// The elements in it, in their order.
    public internal(set) var children: [XMLElement] = []

    init(_ name: String) { self.name = name }

    /// The first element in it with that name.
    public subscript(name: String) -> XMLElement? { children.first { $0.name == name } }

    /// All elements in it with that name.
    public func all(_ name: String) -> [XMLElement] { children.filter { $0.name == name } }

    /// The text of the first element in it with that name, without blanks around it; nil when there is none.
    public func text(of name: String) -> String? { self[name]?.text.trimmingBlanks }
}

extension String {
    /// Without blanks and line ends around it.
    var trimmingBlanks: String {
        func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
        let bytes = utf8.drop(while: isBlank)
        guard let end = bytes.lastIndex(where: { !isBlank($0) }) else { return "" }
        return String(Substring(bytes[...end]))
    }

    /// The text as it may stand between the tags of XML.
    var xmlEscaped: String {
        var escaped = ""
        for scalar in unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            // A parser would read the character itself as the end of a line.
            case "\r": escaped += "&#13;"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}
