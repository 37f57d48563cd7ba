/// What is wrong with a pattern of `include` or `exclude`: what gitignore would pass over or never match in silence.
enum PayloadPattern {
    /// More patterns of one list are refused.
    static let maximumCount = 1_000
    private static let maximumLength = 4_096

    /// The mistake in one pattern; nil when it can match something.
    static func mistake(in pattern: String) -> TextMistake? {
        if !pattern.contains(where: { !$0.isWhitespace }) { return TextMistake("an empty pattern matches nothing") }
        if pattern.utf8.count > maximumLength {
            return TextMistake("a pattern has at most \(maximumLength) bytes")
        }
        if pattern.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) {
            return TextMistake("a pattern holds no control characters")
        }
        if pattern.hasPrefix("#") {
            return TextMistake("`\(pattern)` is a comment and matches nothing", help: "write `\\\(pattern)`")
        }
        if pattern.hasSuffix(" "), !pattern.hasSuffix("\\ ") {
            return TextMistake("blanks at the end of a pattern do not count", help: "leave them out, or write `\\ `")
        }
        let positive = pattern.hasPrefix("!") ? pattern.dropFirst() : Substring(pattern)
        let names = positive.split(separator: "/")
        guard !names.isEmpty else { return TextMistake("`\(pattern)` matches nothing") }
        if names.contains(where: { $0 == ".." || $0 == "." }) {
            return TextMistake(
                "`\(pattern)` matches nothing: `.` and `..` stand in no path",
                help: "paths begin inside the folder; a slash in front means its top: `/assets`")
        }
        return spelling(positive, pattern)
    }

    /// A class that is never closed, and a backslash before nothing.
    private static func spelling(_ positive: Substring, _ pattern: String) -> TextMistake? {
        var rest = Array(positive.utf8)[...]
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "\\"):
                guard rest.popFirst() != nil else {
                    return TextMistake("`\(pattern)` ends with a backslash, which stands before nothing")
                }
            case UInt8(ascii: "["):
                guard let end = endOfClass(rest) else {
                    return TextMistake(
                        "`[` is not closed in `\(pattern)`", help: "write `\\[` when a bracket is meant")
                }
                rest = end
            default: break
            }
        }
        return nil
    }

    /// What comes behind a class such as `[!a-z]`, of which the first member may be `]`.
    private static func endOfClass(_ rest: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        var rest = rest
        if let first = rest.first, first == UInt8(ascii: "!") || first == UInt8(ascii: "^") { rest.removeFirst() }
        var isFirst = true
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "]"), !isFirst { return rest }
            if byte == UInt8(ascii: "\\") { _ = rest.popFirst() }
            isFirst = false
        }
        return nil
    }
}
