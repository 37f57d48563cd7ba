/// git's way of matching a pattern with a text, byte by byte.
///
/// A pattern is what `.gitignore` holds after its `!`, its outer slashes and its literal beginning were taken off:
/// `*`, `?` and `[…]` stop at slashes in a path, and `**` between slashes does not. The order of the decisions is
/// git's own (`wildmatch.c`), so that odd patterns mean the same here as there.
struct Wildmatch {
    private enum Verdict {
        case matches
        case differs
        /// Nothing that a star before takes can help.
        case hopeless
        /// Only a `**` before can help.
        case hopelessUpToStars
    }

    private let pattern: ArraySlice<UInt8>
    private let text: ArraySlice<UInt8>
    private let isPath: Bool

    /// Whether the whole of `text` matches; in a path, slashes are matched by slashes and by `**` alone.
    static func matches(_ pattern: ArraySlice<UInt8>, _ text: ArraySlice<UInt8>, isPath: Bool) -> Bool {
        let match = Wildmatch(pattern: pattern, text: text, isPath: isPath)
        return match.match(pattern.startIndex, text.startIndex, from: pattern.startIndex) == .matches
    }

    // Zero stands for the end on both sides: names of files hold none.
    private func pattern(_ index: Int) -> UInt8 { index < pattern.endIndex ? pattern[index] : 0 }
    private func text(_ index: Int) -> UInt8 { index < text.endIndex ? text[index] : 0 }

    /// - Parameter start: Where the pattern begins for this call: a `**` there counts as one after a slash.
    private func match(_ patternIndex: Int, _ textIndex: Int, from start: Int) -> Verdict {
        var at = patternIndex
        var here = textIndex
        while at < pattern.endIndex {
            let letter = text(here)
            guard letter != 0 || pattern(at) == .star else { return .hopeless }
            switch pattern(at) {
            case .question:
                if isPath, letter == .slash { return .differs }
            case .star:
                return star(at, here, from: start)
            case .bracket:
                guard let (isMember, end) = bracket(at, letter) else { return .hopeless }
                if !isMember || (isPath && letter == .slash) { return .differs }
                at = end
            case .backslash:
                at += 1
                if letter != pattern(at) { return .differs }
            default:
                if letter != pattern(at) { return .differs }
            }
            at += 1
            here += 1
        }
        return here < text.endIndex ? .differs : .matches
    }

    private func star(_ first: Int, _ textIndex: Int, from start: Int) -> Verdict {
        var at = first + 1
        var crossesSlashes = !isPath
        if pattern(at) == .star {
            while pattern(at) == .star { at += 1 }
            let beginsPart = first - 1 < start || pattern(first - 1) == .slash
            let endsPart =
                at >= pattern.endIndex || pattern(at) == .slash
                || (pattern(at) == .backslash && pattern(at + 1) == .slash)
            if isPath, beginsPart, endsPart {
                // `a/**/b` matches `a/b` too.
                if pattern(at) == .slash, match(at + 1, textIndex, from: at + 1) == .matches { return .matches }
                crossesSlashes = true
            }
        }
        if at >= pattern.endIndex {
            return crossesSlashes || !text[textIndex...].contains(.slash) ? .matches : .hopelessUpToStars
        }
        if !crossesSlashes, pattern(at) == .slash {
            guard let slash = text[textIndex...].firstIndex(of: .slash) else { return .hopelessUpToStars }
            return match(at + 1, slash + 1, from: start)
        }
        return rest(at, textIndex, crossesSlashes: crossesSlashes)
    }

    /// Tries what comes after a star at every place that the star can reach.
    private func rest(_ at: Int, _ textIndex: Int, crossesSlashes: Bool) -> Verdict {
        var here = textIndex
        while here < text.endIndex {
            if !Self.isSpecial(pattern(at)) {
                // The star takes everything before the next such letter.
                while here < text.endIndex, text(here) != pattern(at), crossesSlashes || text(here) != .slash {
                    here += 1
                }
                guard text(here) == pattern(at) else { return crossesSlashes ? .hopeless : .hopelessUpToStars }
            }
            let verdict = match(at, here, from: at)
            if verdict != .differs {
                if !crossesSlashes || verdict != .hopelessUpToStars { return verdict }
            } else if !crossesSlashes, text(here) == .slash {
                return .hopelessUpToStars
            }
            here += 1
        }
        return .hopeless
    }

    private static func isSpecial(_ letter: UInt8) -> Bool {
        letter == .star || letter == .question || letter == .bracket || letter == .backslash
    }

    /// Whether a letter is in the set that begins at an index, and where the set's `]` is; nil for a set without an end.
    private func bracket(_ first: Int, _ letter: UInt8) -> (isMember: Bool, end: Int)? {
        var at = first + 1
        let isNegated = pattern(at) == .exclamation || pattern(at) == .caret
        if isNegated { at += 1 }
        var isMember = false
        // Zero when a range cannot begin with what came before.
        var previous: UInt8 = 0
        repeat {
            let member = pattern(at)
            switch member {
            case 0: return nil
            case .backslash:
                at += 1
                guard pattern(at) != 0 else { return nil }
                if letter == pattern(at) { isMember = true }
                previous = pattern(at)
            case .dash where previous != 0 && pattern(at + 1) != 0 && pattern(at + 1) != .bracketEnd:
                at += 1
                if pattern(at) == .backslash {
                    at += 1
                    guard pattern(at) != 0 else { return nil }
                }
                if previous <= letter, letter <= pattern(at) { isMember = true }
                previous = 0
            case .bracket where pattern(at + 1) == .colon:
                let name = at + 2
                var end = name
                while pattern(end) != 0, pattern(end) != .bracketEnd { end += 1 }
                guard pattern(end) != 0 else { return nil }
                if end - 1 >= name, pattern(end - 1) == .colon {
                    guard let isInClass = Self.isLetter(letter, in: pattern[name..<(end - 1)]) else { return nil }
                    if isInClass { isMember = true }
                    at = end
                    previous = 0
                } else {
                    // No `:]`: an ordinary set that holds a `[`.
                    if letter == .bracket { isMember = true }
                    previous = .bracket
                }
            default:
                if letter == member { isMember = true }
                previous = member
            }
            at += 1
        } while pattern(at) != .bracketEnd
        return (isMember != isNegated, at)
    }

    /// The classes of C's locale; nil for a name that is none.
    private static func isLetter(_ letter: UInt8, in name: ArraySlice<UInt8>) -> Bool? {
        let isUpper = (0x41...0x5A).contains(letter)
        let isLower = (0x61...0x7A).contains(letter)
        let isDigit = (0x30...0x39).contains(letter)
        let isGraphic = (0x21...0x7E).contains(letter)
        return switch String(decoding: name, as: UTF8.self) {
        case "alnum": isUpper || isLower || isDigit
        case "alpha": isUpper || isLower
        case "blank": letter == 0x20 || letter == 0x09
        case "cntrl": letter < 0x20 || letter == 0x7F
        case "digit": isDigit
        case "graph": isGraphic
        case "lower": isLower
        case "print": isGraphic || letter == 0x20
        case "punct": isGraphic && !(isUpper || isLower || isDigit)
        // git's own idea of white space has neither form feed nor vertical tab.
        case "space": letter == 0x20 || letter == 0x09 || letter == 0x0A || letter == 0x0D
        case "upper": isUpper
        case "xdigit": isDigit || (0x41...0x46).contains(letter) || (0x61...0x66).contains(letter)
        default: nil
        }
    }
}

extension UInt8 {
    static var star: UInt8 { UInt8(ascii: "*") }
    static var question: UInt8 { UInt8(ascii: "?") }
    static var bracket: UInt8 { UInt8(ascii: "[") }
    static var bracketEnd: UInt8 { UInt8(ascii: "]") }
    static var backslash: UInt8 { UInt8(ascii: "\\") }
    static var slash: UInt8 { UInt8(ascii: "/") }
    static var exclamation: UInt8 { UInt8(ascii: "!") }
    static var caret: UInt8 { UInt8(ascii: "^") }
    static var dash: UInt8 { UInt8(ascii: "-") }
    static var colon: UInt8 { UInt8(ascii: ":") }
}
