/// Redirections: where the streams of a command come from and go to.
extension WordReader {
    /// All that stand here, one behind the other.
    mutating func redirections() throws(ShellSyntaxError) -> [Redirection] {
        var all: [Redirection] = []
        while true {
            skipBlanks()
            guard let one = try redirection() else { return all }
            all.append(one)
        }
    }

    /// One redirection, such as `2>&1`; nil when there is none here.
    mutating func redirection() throws(ShellSyntaxError) -> Redirection? {
        let start = position
        var descriptor: Int?
        if let byte = next, (48...57).contains(byte) {
            descriptor = Int(byte - 48)
            position += 1
        }
        guard let sign = next, sign == UInt8(ascii: "<") || sign == UInt8(ascii: ">") else {
            position = start
            return nil
        }
        position += 1
        if sign == UInt8(ascii: "<"), next == sign {
            position += 1
            return try document(descriptor ?? 0)
        }
        var kind = sign == UInt8(ascii: "<") ? Redirection.Kind.input : .output
        if next == UInt8(ascii: ">") {
            kind = .append
            position += 1
        } else if next == UInt8(ascii: "&") {
            kind = .duplicate
            position += 1
        }
        skipBlanks()
        guard let goal = try word() else { throw .unexpected(token) }
        let standard = sign == UInt8(ascii: "<") ? 0 : 1
        return Redirection(descriptor: descriptor ?? standard, kind: kind, goal: goal)
    }

    /// After `<<`: a here-document, or after `<<<` a word as one line.
    private mutating func document(_ descriptor: Int) throws(ShellSyntaxError) -> Redirection {
        if next == UInt8(ascii: "<") {
            position += 1
            skipBlanks()
            guard var word = try word() else { throw .unexpected(token) }
            word.parts.append(.text("\n", quoted: true))
            return Redirection(descriptor: descriptor, kind: .document, goal: word)
        }
        let stripsTabs = next == UInt8(ascii: "-")
        if stripsTabs { position += 1 }
        skipBlanks()
        guard let end = try word() else { throw .unexpected(token) }
        var text = ""
        for case .text(let part, _) in end.parts { text += part }
        let lines = try takeDocument(until: text, stripsTabs: stripsTabs)
        // A quoted end keeps the text as it is.
        guard end.bare != nil else {
            let parts = [WordPart.text(String(decoding: lines, as: UTF8.self), quoted: true)]
            return Redirection(descriptor: descriptor, kind: .document, goal: Word(parts: parts))
        }
        var inner = WordReader(lines)
        return Redirection(descriptor: descriptor, kind: .document, goal: Word(parts: try inner.document()))
    }
}
