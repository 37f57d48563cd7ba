/// A file name pattern: `*`, `?`, `[a-z]`; a backslash takes a character as it is.
struct Pattern {
    private let pattern: [Character]

    init(_ text: String) { pattern = Array(text) }

    /// Whether a text holds anything that is more than itself.
    static func isPattern(_ text: String) -> Bool {
        var isEscaped = false
        for character in text {
            if !isEscaped, "*?[".contains(character) { return true }
            isEscaped = !isEscaped && character == "\\"
        }
        return false
    }

    func matches(_ name: String) -> Bool { Self.matches(pattern[...], Array(name)[...]) }

    private static func matches(_ pattern: ArraySlice<Character>, _ name: ArraySlice<Character>) -> Bool {
        var pattern = pattern
        var name = name
        while let first = pattern.popFirst() {
            switch first {
            case "*":
                if pattern.isEmpty { return true }
                return name.indices.contains { matches(pattern, name[$0...]) } || matches(pattern, [])
            case "?":
                guard name.popFirst() != nil else { return false }
            case "[":
                guard let close = pattern.dropFirst().firstIndex(of: "]"), let character = name.popFirst() else {
                    return false
                }
                guard isMember(character, of: pattern[..<close]) else { return false }
                pattern = pattern[(close + 1)...]
            case "\\":
                guard let literal = pattern.popFirst(), name.popFirst() == literal else { return false }
            default:
                guard name.popFirst() == first else { return false }
            }
        }
        return name.isEmpty
    }

    private static func isMember(_ character: Character, of set: ArraySlice<Character>) -> Bool {
        let isNegated = set.first == "!" || set.first == "^"
        let members = Array(isNegated ? set.dropFirst() : set)
        var index = 0
        while index < members.count {
            if index + 2 < members.count, members[index + 1] == "-" {
                if members[index] <= character, character <= members[index + 2] { return !isNegated }
                index += 3
            } else {
                if members[index] == character { return !isNegated }
                index += 1
            }
        }
        return isNegated
    }
}
