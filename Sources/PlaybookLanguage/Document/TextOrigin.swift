import SourceText

/// Leads from the text of a scalar back to the file: escapes, folded lines and indentation stand between the two.
struct TextOrigin: Hashable, Sendable {
    /// The raw text of the scalar, quotes included.
    let span: SourceSpan
    /// The text as it was understood.
    let text: String
    let style: ScalarStyle

    /// The stretch of the file for a stretch of the text, in UTF-8 bytes.
    ///
    /// Only for messages: it walks the text.
    func span(of range: Range<Int>) -> SourceSpan {
        let lower = offset(of: range.lowerBound)
        let upper = range.isEmpty ? lower : max(lower, offset(of: range.upperBound - 1) + 1)
        return SourceSpan(file: span.file, range: lower..<upper)
    }

    /// The end of the scalar when only its start is known.
    var endOffset: Int {
        let count = text.utf8.count
        return count == 0 ? span.range.lowerBound : offset(of: count - 1) + 1
    }

    private func offset(of target: Int) -> Int {
        let raw = span.file.bytes
        let end = span.range.upperBound
        let value = Array(text.utf8)
        var place = span.range.lowerBound
        var index = 0
        switch style {
        case .plain: break
        case .singleQuoted: place = isQuoted(raw, place, UInt8(ascii: "'")) ? place + 1 : place
        case .doubleQuoted: place = isQuoted(raw, place, UInt8(ascii: "\"")) ? place + 1 : place
        case .literal, .folded:
            while place < end, raw[place] != 0x0A, raw[place] != 0x0D { place += 1 }
            place = skippingSpace(raw, place, end)
        }
        let escaped = style == .doubleQuoted && place > span.range.lowerBound
        while index < target, index < value.count, place < end {
            if escaped, raw[place] == UInt8(ascii: "\\"), place + 1 < end {
                let letter = raw[place + 1]
                if letter == 0x0A || letter == 0x0D {
                    place = skippingSpace(raw, place + 1, end)
                    continue
                }
                place += Self.escapeLength(letter)
                index += 1
                while index < value.count, value[index] & 0xC0 == 0x80 { index += 1 }
            } else if style == .singleQuoted, raw[place] == UInt8(ascii: "'"), value[index] == raw[place] {
                place += 2
                index += 1
            } else if raw[place] == value[index] {
                place += 1
                index += 1
            } else if value[index] == 0x20 || value[index] == 0x0A {
                place = skippingSpace(raw, place, end)
                index += 1
            } else if isSpace(raw[place]) {
                place += 1
            } else {
                break
            }
        }
        if index < value.count {
            while place < end, raw[place] != value[index], isSpace(raw[place]) { place += 1 }
        }
        return min(place, max(span.range.lowerBound, end))
    }

    private func isQuoted(_ raw: [UInt8], _ place: Int, _ quote: UInt8) -> Bool {
        place < raw.count && raw[place] == quote
    }

    private func skippingSpace(_ raw: [UInt8], _ start: Int, _ end: Int) -> Int {
        var place = start
        while place < end, isSpace(raw[place]) { place += 1 }
        return place
    }

    private func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D }

    private static func escapeLength(_ letter: UInt8) -> Int {
        switch letter {
        case UInt8(ascii: "x"): 4
        case UInt8(ascii: "u"): 6
        case UInt8(ascii: "U"): 10
        default: 2
        }
    }
}
