import SourceText

extension YAMLScreen {
    /// `[` or `{`.
    mutating func open() {
        brackets.append((bytes[place], place))
        checkDepth()
        place = min(place + 1, bytes.count)
    }

    /// One token inside flow brackets.
    mutating func flowToken() {
        let byte = bytes[place]
        switch byte {
        case UInt8(ascii: "["), UInt8(ascii: "{"): open()
        case UInt8(ascii: "]"), UInt8(ascii: "}"): close()
        case UInt8(ascii: ","): place += 1
        case UInt8(ascii: ":") where isBlankOrEnd(place + 1) || ",]}".utf8.contains(bytes[place + 1]): place += 1
        case UInt8(ascii: "'"), UInt8(ascii: "\""): _ = quoted()
        case UInt8(ascii: "&"), UInt8(ascii: "*"), UInt8(ascii: "!"), UInt8(ascii: "@"), UInt8(ascii: "`"):
            refuseFlowSign()
        default: flowPlain()
        }
    }

    private mutating func close() {
        guard let last = brackets.popLast() else { return }
        let wanted = last.byte == UInt8(ascii: "[") ? UInt8(ascii: "]") : UInt8(ascii: "}")
        if bytes[place] != wanted {
            diagnostics.error(
                "yaml-syntax", "the bracket is closed by the wrong sign", at: file.span(place..<place + 1),
                help: "write `\(String(decoding: [wanted], as: UTF8.self))`",
                notes: [.init("opened here", at: file.span(last.place..<last.place + 1))])
        }
        place += 1
        if brackets.isEmpty { plainIsOpen = false }
    }

    private mutating func refuseFlowSign() {
        let start = place
        let sign = String(decoding: [bytes[place]], as: UTF8.self)
        while place < bytes.count, !isBlank(bytes[place]), !",]}".utf8.contains(bytes[place]) { place += 1 }
        let what = ["&": "an anchor", "*": "an alias", "!": "a tag"][sign]
        let message = what.map { "`\(sign)` starts \($0), which this language does not have" }
        let rule = ["&": "anchor", "*": "alias", "!": "tag"][sign] ?? "yaml-syntax"
        refuse(
            rule, message ?? "a text cannot begin with `\(sign)`", start..<place,
            help: "if it is meant as a text, write \"\(file.text(in: start..<place))\"")
    }

    /// A plain text between brackets; it cannot hold `{`, so an expression there needs quotes.
    private mutating func flowPlain() {
        let start = place
        while place < bytes.count, !isBreak(bytes[place]) {
            let byte = bytes[place]
            if byte == UInt8(ascii: ":"), isBlankOrEnd(place + 1) { break }
            if byte == UInt8(ascii: "#"), place > start, isBlank(bytes[place - 1]) { break }
            if byte == UInt8(ascii: "{"), place > start, bytes[place - 1] == UInt8(ascii: "$") {
                return refuseBareExpression(start)
            }
            if ",[]{}".utf8.contains(byte) { break }
            place += 1
        }
        // A sign that is no text by itself would hold the walk up.
        if place == start { place += 1 }
    }

    private mutating func refuseBareExpression(_ start: Int) {
        let sign = place - 1
        while place < bytes.count, !isBreak(bytes[place]) {
            if place + 1 < bytes.count, bytes[place] == UInt8(ascii: "}"), bytes[place + 1] == bytes[place] {
                place += 2
                break
            }
            place += 1
        }
        while place < bytes.count, !isBlank(bytes[place]), !",]}".utf8.contains(bytes[place]) { place += 1 }
        let text = file.text(in: start..<place)
        let quoted = text.contains("\"") ? "'\(text)'" : "\"\(text)\""
        refuse(
            "yaml-syntax", "between { } and [ ] an expression needs quotes", sign..<place, help: "write \(quoted)")
    }
}
