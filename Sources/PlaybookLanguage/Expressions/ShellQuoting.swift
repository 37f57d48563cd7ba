/// Puts values into a shell line so that the shell takes them as they are.
public enum ShellQuoting {
    /// The text as one word for a POSIX shell; nil when it holds a NUL, which no command line can carry.
    public static func quoted(_ text: String) -> String? {
        guard !text.utf8.contains(0) else { return nil }
        if !text.isEmpty, text.utf8.allSatisfy(isPlain) { return text }
        return "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
    }

    /// A value as a word, a list as its words one after the other; nil for null, mappings and what holds a NUL.
    static func quoted(_ value: Value) -> String? {
        guard case .list(let list) = value else { return value.spelling.flatMap { quoted($0) } }
        var words: [String] = []
        for member in list {
            guard let word = member.spelling.flatMap({ quoted($0) }) else { return nil }
            words.append(word)
        }
        return words.joined(separator: " ")
    }

    /// Letters, digits and signs that mean nothing to a shell wherever they stand; `=` and `~` do.
    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        case UInt8(ascii: "_"), UInt8(ascii: "@"), UInt8(ascii: "%"), UInt8(ascii: "+"), UInt8(ascii: ":"),
            UInt8(ascii: ","), UInt8(ascii: "."), UInt8(ascii: "/"), UInt8(ascii: "-"):
            true
        default: false
        }
    }
}
