/// A word or a sign of a selector.
struct SelectorToken {
    enum Kind: Equatable {
        case word(String)
        /// `key=value`; the value has lost its quotes.
        case property(key: String, value: String)
        case comma, open, close, end
    }

    let kind: Kind
    /// Where it stands, in UTF-8 bytes of the text.
    let span: Range<Int>
}

/// Cuts a selector into words.
enum SelectorTokens {
    static func of(_ text: String) throws(FarmError) -> [SelectorToken] {
        let bytes = Array(text.utf8)
        var tokens: [SelectorToken] = []
        var place = 0
        while place < bytes.count {
            switch bytes[place] {
            case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\n"), UInt8(ascii: "\r"):
                place += 1
            case UInt8(ascii: ","):
                tokens.append(SelectorToken(kind: .comma, span: place..<place + 1))
                place += 1
            case UInt8(ascii: "("):
                tokens.append(SelectorToken(kind: .open, span: place..<place + 1))
                place += 1
            case UInt8(ascii: ")"):
                tokens.append(SelectorToken(kind: .close, span: place..<place + 1))
                place += 1
            default:
                tokens.append(try word(bytes, &place, of: text))
            }
        }
        tokens.append(SelectorToken(kind: .end, span: bytes.count..<bytes.count))
        return tokens
    }

    /// Reads up to the next space, comma or parenthesis; a quoted value may hold those.
    private static func word(
        _ bytes: [UInt8], _ place: inout Int, of text: String
    ) throws(FarmError) -> SelectorToken {
        let start = place
        var equals: Int?
        while place < bytes.count, !isEnd(bytes[place]) {
            try refuseForeignSigns(bytes, place, of: text)
            if bytes[place] == UInt8(ascii: "="), equals == nil {
                equals = place
                if place + 1 < bytes.count, isQuote(bytes[place + 1]) {
                    return try quoted(bytes, start, place, &place, of: text)
                }
            }
            place += 1
        }
        guard let equals else {
            return SelectorToken(
                kind: .word(String(decoding: bytes[start..<place], as: UTF8.self)), span: start..<place)
        }
        return SelectorToken(
            kind: .property(
                key: String(decoding: bytes[start..<equals], as: UTF8.self),
                value: String(decoding: bytes[(equals + 1)..<place], as: UTF8.self)),
            span: start..<place)
    }

    /// Reads `key="value"`, where the quotes may hold anything but themselves.
    private static func quoted(
        _ bytes: [UInt8], _ start: Int, _ equals: Int, _ place: inout Int, of text: String
    ) throws(FarmError) -> SelectorToken {
        let open = equals + 1
        guard let close = bytes[(open + 1)...].firstIndex(of: bytes[open]) else {
            throw FarmError(.selectorSyntax, text, at: open..<open + 1, "this quote is never closed")
        }
        place = close + 1
        guard place == bytes.count || isEnd(bytes[place]) else {
            throw FarmError(.selectorSyntax, text, at: place..<place + 1, "after a quoted value comes a space")
        }
        return SelectorToken(
            kind: .property(
                key: String(decoding: bytes[start..<equals], as: UTF8.self),
                value: String(decoding: bytes[(open + 1)..<close], as: UTF8.self)),
            span: start..<place)
    }

    /// Signs of other languages get the words of this one.
    private static func refuseForeignSigns(_ bytes: [UInt8], _ place: Int, of text: String) throws(FarmError) {
        let span = place..<place + 1
        switch bytes[place] {
        case UInt8(ascii: "&"):
            throw FarmError(.selectorSyntax, text, at: span, "a selector uses words", suggestion: "write and")
        case UInt8(ascii: "|"):
            throw FarmError(.selectorSyntax, text, at: span, "a selector uses words", suggestion: "write or")
        case UInt8(ascii: "!"):
            throw FarmError(.selectorSyntax, text, at: span, "a selector uses words", suggestion: "write not")
        case UInt8(ascii: "<"), UInt8(ascii: ">"):
            throw FarmError(
                .selectorSyntax, text, at: span, "a selector compares by ranges",
                suggestion: "write sdk=33.. for 33 and above, sdk=..29 for 29 and below")
        case UInt8(ascii: "\""), UInt8(ascii: "'"):
            throw FarmError(
                .selectorSyntax, text, at: span, "quotes stand only around a property's value",
                suggestion: "such as model=\"Pixel 8\"")
        case UInt8(ascii: ";"):
            throw FarmError(.selectorSyntax, text, at: span, "names are separated by commas", suggestion: "write ,")
        default: return
        }
    }

    private static func isEnd(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\n"), UInt8(ascii: "\r"), UInt8(ascii: ","),
            UInt8(ascii: "("), UInt8(ascii: ")"):
            true
        default: false
        }
    }

    private static func isQuote(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") }
}
