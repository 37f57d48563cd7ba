/// XML as the simulated store writes it, and the little that it reads.
enum StorageXML {
    /// One element with a text in it.
    static func element(_ name: String, _ text: String) -> String { "<\(name)>\(escaped(text))</\(name)>" }

    /// A whole document.
    static func document(_ root: String, _ content: String) -> [UInt8] {
        Array("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<\(root)>\(content)</\(root)>".utf8)
    }

    static func escaped(_ text: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "\r": escaped += "&#13;"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }

    /// The contents of all elements of that name, as they stand there; nil when one of them is not closed.
    ///
    /// The bodies that a store is sent have no attributes but on their outermost element, and no element within one of
    /// its own name.
    static func contents(of name: String, in text: some StringProtocol) -> [Substring]? {
        var found: [Substring] = []
        var rest = Substring(text)
        while let start = rest.firstRange(of: "<\(name)>") {
            guard let end = rest[start.upperBound...].firstRange(of: "</\(name)>") else { return nil }
            found.append(rest[start.upperBound..<end.lowerBound])
            rest = rest[end.upperBound...]
        }
        return found
    }

    /// The text of the first element of that name; nil when there is none.
    static func text(of name: String, in text: some StringProtocol) -> String? {
        contents(of: name, in: text)?.first.map(unescaped)
    }

    static func unescaped(_ text: Substring) -> String {
        guard text.contains("&") else { return String(text) }
        var plain = ""
        var rest = text
        while let ampersand = rest.firstIndex(of: "&") {
            plain += rest[..<ampersand]
            guard let end = rest[ampersand...].firstIndex(of: ";") else { return plain + rest[ampersand...] }
            plain += character(rest[rest.index(after: ampersand)..<end])
            rest = rest[rest.index(after: end)...]
        }
        return plain + rest
    }

    private static func character(_ name: Substring) -> String {
        let known = ["amp": "&", "lt": "<", "gt": ">", "quot": "\"", "apos": "'"]
        if let text = known[String(name)] { return text }
        let number = name.hasPrefix("#x") ? UInt32(name.dropFirst(2), radix: 16) : UInt32(name.dropFirst())
        return name.hasPrefix("#") ? number.flatMap(Unicode.Scalar.init).map { String($0) } ?? "" : "&\(name);"
    }
}
