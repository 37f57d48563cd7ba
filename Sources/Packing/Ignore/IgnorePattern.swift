/// One line of a `.gitignore`.
struct IgnorePattern: Hashable, Sendable {
    /// Whether it takes back what an earlier pattern said.
    let isNegated: Bool
    private let isForFolders: Bool
    /// Whether it holds a slash within, and so speaks of whole paths and not of names.
    private let isPath: Bool
    private let text: [UInt8]
    /// How many bytes at the beginning are no wildcards.
    private let literalCount: Int

    /// Reads a line; nil when it is empty or a comment.
    init?(line: some Sequence<UInt8>) {
        var text = Self.withoutTrailingSpaces(Array(line))
        guard text.first != UInt8(ascii: "#") else { return nil }
        isNegated = text.first == .exclamation
        if isNegated { text.removeFirst() }
        isForFolders = text.last == .slash
        if isForFolders { text.removeLast() }
        isPath = text.contains(.slash)
        if text.first == .slash { text.removeFirst() }
        guard !text.isEmpty else { return nil }
        self.text = text
        literalCount =
            text.firstIndex { $0 == .star || $0 == .question || $0 == .bracket || $0 == .backslash } ?? text.count
    }

    /// Whether it speaks of a path, relative to the folder that the rules belong to.
    func matches(_ path: [UInt8], isFolder: Bool) -> Bool {
        guard isFolder || !isForFolders else { return false }
        var rest = path[...]
        if !isPath, let slash = path.lastIndex(of: .slash) { rest = path[(slash + 1)...] }
        // git compares the literal beginning first, and so `a**/b` crosses folders although its stars follow no slash.
        guard isPath else {
            return literalCount == text.count
                ? rest.elementsEqual(text) : Wildmatch.matches(text[...], rest, isPath: false)
        }
        guard rest.starts(with: text[..<literalCount]) else { return false }
        rest = rest.dropFirst(literalCount)
        guard literalCount < text.count else { return rest.isEmpty }
        return Wildmatch.matches(text[literalCount...], rest, isPath: true)
    }

    /// Spaces at the end count only behind a backslash.
    private static func withoutTrailingSpaces(_ line: [UInt8]) -> [UInt8] {
        var end = 0
        var index = 0
        while index < line.count {
            switch line[index] {
            case 0x20: break
            case .backslash:
                index = min(index + 1, line.count - 1)
                end = index + 1
            default: end = index + 1
            }
            index += 1
        }
        return Array(line[..<end])
    }
}
