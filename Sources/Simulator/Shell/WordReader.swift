/// Reads words out of a script: quotes, backslashes, variables, patterns.
struct WordReader {
    private(set) var bytes: [UInt8]
    var position = 0

    init(_ text: String) { bytes = Array(text.utf8) }
    init(_ bytes: [UInt8]) { self.bytes = bytes }

    var isAtEnd: Bool { position >= bytes.count }
    var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    func looking(at text: StaticString) -> Bool {
        text.withUTF8Buffer { letters in
            position + letters.count <= bytes.count && bytes[position..<position + letters.count].elementsEqual(letters)
        }
    }

    /// What stands here, for messages.
    var token: String {
        guard let byte = next else { return "EOF" }
        return byte == UInt8(ascii: "\n") ? "newline" : String(decoding: [byte], as: UTF8.self)
    }

    /// Steps over spaces, joined lines and comments.
    mutating func skipBlanks() {
        while let byte = next {
            switch byte {
            case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"): position += 1
            case UInt8(ascii: "\\") where position + 1 < bytes.count && bytes[position + 1] == UInt8(ascii: "\n"):
                position += 2
            case UInt8(ascii: "#"):
                while let byte = next, byte != UInt8(ascii: "\n") { position += 1 }
            default: return
            }
        }
    }

    static func endsWord(_ byte: UInt8) -> Bool { " \t\r\n;&|<>()".utf8.contains(byte) }

    /// The next word; nil when there is none here.
    mutating func word() throws(ShellSyntaxError) -> Word? {
        var word = Word()
        var plain: [UInt8] = []
        var hasText = false
        func flush() {
            guard !plain.isEmpty else { return }
            word.parts.append(.text(String(decoding: plain, as: UTF8.self), quoted: false))
            plain = []
        }
        while let byte = next, !Self.endsWord(byte) {
            hasText = true
            position += 1
            switch byte {
            case UInt8(ascii: "'"):
                flush()
                word.parts.append(.text(try singleQuoted(), quoted: true))
            case UInt8(ascii: "\""):
                flush()
                word.parts += try doubleQuoted()
            case UInt8(ascii: "\\"):
                guard let escaped = next else { break }
                position += 1
                guard escaped != UInt8(ascii: "\n") else { break }
                flush()
                word.parts.append(.text(String(decoding: [escaped], as: UTF8.self), quoted: true))
                try continueCharacter(escaped, in: &word)
            case UInt8(ascii: "$"), UInt8(ascii: "`"):
                flush()
                word.parts.append(try substitution(byte, quoted: false))
            default: plain.append(byte)
            }
        }
        flush()
        return hasText ? word : nil
    }

    /// A backslash protects a whole character, which may have more bytes than one.
    private mutating func continueCharacter(_ first: UInt8, in word: inout Word) throws(ShellSyntaxError) {
        guard first >= 0x80 else { return }
        var character = [first]
        while let byte = next, byte & 0xc0 == 0x80 {
            character.append(byte)
            position += 1
        }
        word.parts[word.parts.count - 1] = .text(String(decoding: character, as: UTF8.self), quoted: true)
    }

    private mutating func singleQuoted() throws(ShellSyntaxError) -> String {
        guard let end = bytes[position...].firstIndex(of: UInt8(ascii: "'")) else { throw .noClosingQuote }
        defer { position = end + 1 }
        return String(decoding: bytes[position..<end], as: UTF8.self)
    }

    /// The text of a here-document, or of an arithmetic expression: as in double quotes, but quotes are text.
    mutating func document() throws(ShellSyntaxError) -> [WordPart] { try doubleQuoted(endsAtQuote: false) }

    private mutating func doubleQuoted(endsAtQuote: Bool = true) throws(ShellSyntaxError) -> [WordPart] {
        var parts: [WordPart] = []
        var plain: [UInt8] = []
        while let byte = next {
            position += 1
            switch byte {
            case UInt8(ascii: "\"") where endsAtQuote:
                parts.append(.text(String(decoding: plain, as: UTF8.self), quoted: true))
                return parts
            case UInt8(ascii: "\\"):
                guard let escaped = next else { throw .noClosingQuote }
                position += 1
                if escaped == UInt8(ascii: "\n") { continue }
                let isProtected = escaped == UInt8(ascii: "\"") ? endsAtQuote : "$`\\".utf8.contains(escaped)
                if !isProtected { plain.append(byte) }
                plain.append(escaped)
            case UInt8(ascii: "$"), UInt8(ascii: "`"):
                parts.append(.text(String(decoding: plain, as: UTF8.self), quoted: true))
                plain = []
                parts.append(try substitution(byte, quoted: true))
            default: plain.append(byte)
            }
        }
        guard !endsAtQuote else { throw .noClosingQuote }
        return parts + [.text(String(decoding: plain, as: UTF8.self), quoted: true)]
    }

    /// What follows a `$` or a backquote that has been read.
    private mutating func substitution(_ sign: UInt8, quoted: Bool) throws(ShellSyntaxError) -> WordPart {
        if sign == UInt8(ascii: "`") {
            guard let end = bytes[position...].firstIndex(of: sign) else { throw .noClosingQuote }
            defer { position = end + 1 }
            return .output(of: try ShellParser.script(Array(bytes[position..<end])), quoted: quoted)
        }
        if looking(at: "((") {
            let end = try closingParenthesis()
            if bytes[end - 1] == UInt8(ascii: ")") {
                var inner = WordReader(Array(bytes[position + 2..<end - 1]))
                position = end + 1
                return .arithmetic(try inner.document())
            }
        }
        if looking(at: "(") {
            let end = try closingParenthesis()
            let inner = Array(bytes[position + 1..<end])
            position = end + 1
            return .output(of: try ShellParser.script(inner), quoted: quoted)
        }
        if looking(at: "{") { return try bracedVariable(quoted: quoted) }
        if let byte = next, "?$#!@*0123456789".utf8.contains(byte) {
            position += 1
            return .variable(String(decoding: [byte], as: UTF8.self), fallback: nil, quoted: quoted)
        }
        let start = position
        while let byte = next, Self.isNameByte(byte) { position += 1 }
        guard position > start else { return .text("$", quoted: quoted) }
        return .variable(String(decoding: bytes[start..<position], as: UTF8.self), fallback: nil, quoted: quoted)
    }

    private mutating func bracedVariable(quoted: Bool) throws(ShellSyntaxError) -> WordPart {
        guard let end = bytes[position...].firstIndex(of: UInt8(ascii: "}")) else { throw .noClosingQuote }
        let inner = String(decoding: bytes[position + 1..<end], as: UTF8.self)
        position = end + 1
        if inner.count > 1, inner.hasPrefix("#") { return .trimmed(String(inner.dropFirst()), .length, quoted: quoted) }
        guard let colon = inner.firstIndex(of: ":"), inner[colon...].hasPrefix(":-") else {
            if let sign = inner.dropFirst().firstIndex(where: { $0 == "#" || $0 == "%" }) {
                return Self.trimmed(inner, at: sign, quoted: quoted)
            }
            return .variable(inner, fallback: nil, quoted: quoted)
        }
        return .variable(String(inner[..<colon]), fallback: String(inner[colon...].dropFirst(2)), quoted: quoted)
    }

    private static func trimmed(_ inner: String, at sign: String.Index, quoted: Bool) -> WordPart {
        let isPrefix = inner[sign] == "#"
        var pattern = inner[inner.index(after: sign)...]
        let isGreedy = pattern.first == inner[sign]
        if isGreedy { pattern.removeFirst() }
        if pattern.count > 1, let quote = pattern.first, "'\"".contains(quote), pattern.last == quote {
            pattern = pattern.dropFirst().dropLast()
        }
        let trim: VariableTrim =
            isPrefix
            ? .prefix(String(pattern), isGreedy: isGreedy) : .suffix(String(pattern), isGreedy: isGreedy)
        return .trimmed(String(inner[..<sign]), trim, quoted: quoted)
    }

    // MARK: Here-documents

    /// Takes the lines that follow this one up to `end` out of the script.
    mutating func takeDocument(until end: String, stripsTabs: Bool) throws(ShellSyntaxError) -> [UInt8] {
        let newline = UInt8(ascii: "\n")
        guard let lineEnd = bytes[position...].firstIndex(of: newline) else { return [] }
        var document: [UInt8] = []
        var start = lineEnd + 1
        while start < bytes.count {
            let stop = bytes[start...].firstIndex(of: newline) ?? bytes.count
            var line = bytes[start..<stop]
            start = min(stop + 1, bytes.count)
            if stripsTabs { line = line.drop { $0 == UInt8(ascii: "\t") } }
            if line.elementsEqual(end.utf8) { break }
            document += line
            document.append(newline)
        }
        bytes.removeSubrange(lineEnd + 1..<start)
        return document
    }

    /// The end of the parentheses that open at `position`; quotes inside may hold parentheses of their own.
    private func closingParenthesis() throws(ShellSyntaxError) -> Int {
        var depth = 0
        var quote: UInt8?
        var index = position
        while index < bytes.count {
            let byte = bytes[index]
            if byte == UInt8(ascii: "\\"), quote != UInt8(ascii: "'") {
                index += 2
                continue
            }
            if let open = quote {
                if byte == open { quote = nil }
            } else if byte == UInt8(ascii: "'") || byte == UInt8(ascii: "\"") {
                quote = byte
            } else if byte == UInt8(ascii: "(") {
                depth += 1
            } else if byte == UInt8(ascii: ")") {
                depth -= 1
                if depth == 0 { return index }
            }
            index += 1
        }
        throw .unexpected("EOF")
    }

    static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}
