import SourceText

extension YAMLScreen {
    /// A node in block context: quoted, flow, or plain; what is refused at its start is named.
    mutating func node(column: Int) {
        let start = place
        switch bytes[place] {
        case UInt8(ascii: "'"), UInt8(ascii: "\""):
            guard quoted() else { return }
            afterQuoted(start, column)
        case UInt8(ascii: "["), UInt8(ascii: "{"): open()
        case UInt8(ascii: "&"), UInt8(ascii: "*"), UInt8(ascii: "!"), UInt8(ascii: "@"), UInt8(ascii: "`"),
            UInt8(ascii: "%"):
            refuseSign()
            skipToBreak()
        default: plain(column)
        }
    }

    /// Anchors, aliases and tags; texts that begin with their signs need quotes.
    private mutating func refuseSign() {
        let sign = String(decoding: [bytes[place]], as: UTF8.self)
        var end = place
        while end < bytes.count, !isBreak(bytes[end]) { end += 1 }
        while end > place, isBlank(bytes[end - 1]) { end -= 1 }
        let text = file.text(in: place..<end)
        let quoted = text.contains("\"") ? "'\(text)'" : "\"\(text)\""
        let what: String =
            switch sign {
            case "&": "`&` starts an anchor, which this language does not have"
            case "*": "`*` starts an alias, which this language does not have"
            case "!": "`!` starts a tag, which this language does not have"
            default: "a text cannot begin with `\(sign)`"
            }
        var word = place + 1
        while word < end, !isBlank(bytes[word]) { word += 1 }
        let rule = ["&": "anchor", "*": "alias", "!": "tag"][sign] ?? "yaml-syntax"
        refuse(rule, what, place..<word, help: "if it is meant as a text, write \(keyPrefix(place))\(quoted)")
    }

    /// `phones: ` when a value's key stands before it in the line, so that a suggestion can be pasted.
    private func keyPrefix(_ end: Int) -> String {
        let line = file.bytes(ofLine: file.line(at: end))
        let text = file.text(in: line.lowerBound..<end)
        let trimmed = text.drop { $0 == " " }
        return trimmed.contains("{") || trimmed.contains("[") ? "" : String(trimmed)
    }

    /// Skips a quoted text, which may span lines; false when it never ends.
    mutating func quoted() -> Bool {
        let start = place
        let quote = bytes[start]
        place += 1
        while place < bytes.count {
            if bytes[place] == UInt8(ascii: "\\"), quote == UInt8(ascii: "\"") {
                place += 2
            } else if bytes[place] == quote {
                place += 1
                guard quote == UInt8(ascii: "'"), place < bytes.count, bytes[place] == quote else { return true }
                place += 1
            } else {
                place += 1
            }
        }
        place = bytes.count
        refuse("yaml-syntax", "this quote is not closed", start..<start + 1)
        return false
    }

    /// After a quoted text comes a colon, a comment or the end; anything else is a slip.
    private mutating func afterQuoted(_ start: Int, _ column: Int) {
        let close = place
        while place < bytes.count, bytes[place] == 0x20 || bytes[place] == 0x09 { place += 1 }
        guard place < bytes.count, !isBreak(bytes[place]) else { return }
        if bytes[place] == UInt8(ascii: ":"), isBlankOrEnd(place + 1) {
            openBlock(column)
            hasKey = true
            place += 1
            return
        }
        if bytes[place] == UInt8(ascii: "#"), place > close { return skipToBreak() }
        let rest = place
        skipToBreak()
        var end = place
        while end > rest, isBlank(bytes[end - 1]) { end -= 1 }
        let whole = file.text(in: start..<end)
        let cured =
            whole.contains("\"")
            ? "'" + whole.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''") + "'"
            : "\"\(whole)\""
        refuse(
            "yaml-syntax", "the text ended at its closing quote, and more follows", rest..<end,
            help: "quote the whole: \(keyPrefix(start))\(cured)")
    }

    /// A plain text in block context: a key when `: ` follows, a value otherwise.
    private mutating func plain(_ column: Int) {
        let start = place
        guard let colon = plainEnd() else {
            checkLostText(start)
            plainIsOpen = true
            return
        }
        if hasKey {
            place = colon
            skipToBreak()
            var end = place
            while end > start, isBlank(bytes[end - 1]) { end -= 1 }
            let text = file.text(in: start..<end)
            let quoted = text.contains("\"") || text.contains("\\") ? "'\(text)'" : "\"\(text)\""
            refuse(
                "yaml-syntax", "`: ` inside a text starts another value", colon..<colon + 1,
                help: "quote the whole: \(keyPrefix(start))\(quoted)")
            return
        }
        openBlock(column)
        hasKey = true
        place = colon + 1
        if place < bytes.count, bytes[place] == 0x09 { place += 1 }
    }

    /// Goes to the end of a plain text in this line; answers the place of the colon when it is a key.
    private mutating func plainEnd() -> Int? {
        while place < bytes.count, !isBreak(bytes[place]) {
            if bytes[place] == UInt8(ascii: ":"), isBlankOrEnd(place + 1) { return place }
            if bytes[place] == UInt8(ascii: "#"), place > 0, isBlank(bytes[place - 1]) { return nil }
            place += 1
        }
        return nil
    }

    /// A further line of a plain text.
    mutating func continuePlain() {
        let start = place
        if let colon = plainEnd() {
            refuse(
                "yaml-syntax", "a `:` starts a value here, where none can stand", colon..<colon + 1,
                help: "check the indentation of this line, or put the text that begins above in quotes")
            plainIsOpen = false
            skipToBreak()
            return
        }
        checkLostText(start)
        if place < bytes.count, bytes[place] == UInt8(ascii: "#") { plainIsOpen = false }
    }

    /// ` #` ends a text; when a quote or an expression is open there, the rest was meant to belong to it.
    private mutating func checkLostText(_ start: Int) {
        guard place < bytes.count, bytes[place] == UInt8(ascii: "#") else { return }
        let text = bytes[start..<place]
        let isInExpression = openings(text, "${{") > openings(text, "}}")
        let comment = place
        skipToBreak()
        guard isInExpression || endsInQuotes(text) else { return }
        let lost = file.text(in: start..<place)
        let isAmbiguous = lost.contains("'") && lost.contains("\"")
        let quoted = lost.contains("\"") ? "'\(lost)'" : "\"\(lost)\""
        refuse(
            "lost-text", "the text ends before ` #`: from here on it is a comment", comment..<comment + 1,
            help: isAmbiguous ? "write the whole in a block after `|`" : "quote the whole: \(keyPrefix(start))\(quoted)"
        )
    }

    /// Whether a quote that begins a word is still open at the end; the apostrophe of `it's` begins none.
    private func endsInQuotes(_ text: ArraySlice<UInt8>) -> Bool {
        var quote: UInt8?
        var previous = UInt8(ascii: " ")
        for byte in text {
            if let open = quote {
                if byte == open { quote = nil }
            } else if byte == UInt8(ascii: "'") || byte == UInt8(ascii: "\"") {
                if previous == UInt8(ascii: " ") || "=(:,".utf8.contains(previous) { quote = byte }
            }
            previous = byte
        }
        return quote != nil
    }

    private func openings(_ text: ArraySlice<UInt8>, _ word: String) -> Int {
        let wanted = Array(word.utf8)
        guard text.count >= wanted.count else { return 0 }
        return (text.startIndex...(text.endIndex - wanted.count)).count {
            text[$0..<$0 + wanted.count].elementsEqual(wanted)
        }
    }

    /// `|` and `>`: all lines further in than the block around belong to the text.
    mutating func blockScalar() {
        let parent = indents.last ?? -1
        skipToBreak()
        while place < bytes.count {
            let lineBreak = place
            skipBreak()
            let start = place
            while place < bytes.count, bytes[place] == 0x20 { place += 1 }
            if place >= bytes.count { return }
            if isBreak(bytes[place]) { continue }
            guard place - start > parent else {
                // The line belongs to what follows; the caller ends this one at its break.
                place = lineBreak
                return
            }
            skipToBreak()
        }
    }
}
