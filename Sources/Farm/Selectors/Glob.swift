/// A pattern in which `*` stands for any text and `?` for one character.
public struct Glob: Hashable, Sendable {
    private let pattern: [UInt8]

    /// Reads a pattern.
    public init(_ text: String) { pattern = Array(text.utf8) }

    /// Whether the text asks for more than itself.
    public static func isGlob(_ text: String) -> Bool {
        text.utf8.contains { $0 == UInt8(ascii: "*") || $0 == UInt8(ascii: "?") }
    }

    /// Whether the whole of `text` fits; case matters.
    public func matches(_ text: String) -> Bool {
        var text = text
        return text.withUTF8 { matches($0) }
    }

    /// Walks both once, and goes back only to the last star, so that no pattern takes exponential time.
    private func matches(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        var here = 0
        var due = 0
        var star: (after: Int, tried: Int)?
        while here < text.count {
            if due < pattern.count, pattern[due] == UInt8(ascii: "*") {
                star = (due + 1, here)
                due += 1
            } else if due < pattern.count, pattern[due] == UInt8(ascii: "?") {
                here += 1
                while here < text.count, text[here] & 0xC0 == 0x80 { here += 1 }
                due += 1
            } else if due < pattern.count, pattern[due] == text[here] {
                here += 1
                due += 1
            } else if let last = star {
                star = (last.after, last.tried + 1)
                here = last.tried + 1
                due = last.after
            } else {
                return false
            }
        }
        return pattern[due...].allSatisfy { $0 == UInt8(ascii: "*") }
    }
}
