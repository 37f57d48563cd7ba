/// The YAML 1.2 core schema: `yes`, `on` and `0b1` are texts; numbers with a leading zero are nobody's.
enum CoreSchema {
    /// What a plain scalar means, or nil for a number with a leading zero, which could be meant either way.
    static func value(ofPlain text: String) -> Value? {
        switch text {
        case "", "~", "null", "Null", "NULL": return .null
        case "true", "True", "TRUE": return .boolean(true)
        case "false", "False", "FALSE": return .boolean(false)
        default: break
        }
        guard let first = text.utf8.first, first < 0x3A, first >= 0x2B else { return .text(text) }
        if hasLeadingZero(text) { return nil }
        return number(text) ?? .text(text)
    }

    /// Digits with a needless zero before them: `007`, `-012`.
    static func hasLeadingZero(_ text: String) -> Bool {
        var digits = Substring(text)
        if digits.first == "-" || digits.first == "+" { digits.removeFirst() }
        guard digits.utf8.count > 1, digits.first == "0" else { return false }
        return digits.utf8.allSatisfy { (0x30...0x39).contains($0) }
    }

    private static func number(_ text: String) -> Value? {
        if text.hasPrefix("0x") { return Int64(text.dropFirst(2), radix: 16).map { .integer($0) } }
        if text.hasPrefix("0o") { return Int64(text.dropFirst(2), radix: 8).map { .integer($0) } }
        if let integer = Int64(text) { return .integer(integer) }
        let allowed = text.utf8.allSatisfy {
            (0x30...0x39).contains($0) || [0x2B, 0x2D, 0x2E, 0x45, 0x65].contains($0)
        }
        guard allowed, text.utf8.contains(where: { (0x30...0x39).contains($0) }), let number = Double(text) else {
            return nil
        }
        return .number(number)
    }
}

extension Node {
    /// What a scalar means by the core schema; nil for lists, mappings and numbers with a leading zero.
    public var coreValue: Value? {
        guard case .scalar(let text, let style) = content else { return nil }
        return style == .plain ? CoreSchema.value(ofPlain: text) : .text(text)
    }
}
