import SourceText

/// Looks over the raw text before the YAML parser sees it.
///
/// Refuses what this language does not have (anchors, aliases, tags, several documents), what a parser could choke on
/// (depth), and names the slips that a YAML parser answers with riddles. It walks the text the way libyaml's scanner
/// does: quotes, flow brackets, block scalars and plain texts that go on over several lines.
struct YAMLScreen {
    let file: SourceFile
    let bytes: [UInt8]
    var place = 0
    var diagnostics = Diagnostics()

    /// The columns of the open block mappings and sequences, innermost last.
    var indents: [Int] = []
    /// The open flow brackets, with their places.
    var brackets: [(byte: UInt8, place: Int)] = []
    /// Whether the line so far began with a key, so that another `: ` is a slip.
    var hasKey = false
    /// Whether a plain text is open that may go on in the next line.
    var plainIsOpen = false
    private var isTooDeep = false
    private var sawContent = false
    private var sawEnd = false
    private var refusals: [String: Int] = [:]

    init(_ file: SourceFile) {
        self.file = file
        bytes = file.bytes
    }

    /// Walks the whole text and notes what is refused.
    mutating func run() {
        refuseInvisibleCharacters()
        while place < bytes.count, !isTooDeep { line() }
    }

    /// One line from its start; quotes and flow brackets may take it further.
    private mutating func line() {
        let start = place
        let indent = skipIndentation()
        guard place < bytes.count else { return }
        if isBreak(bytes[place]) { return skipBreak() }
        if bytes[place] == UInt8(ascii: "#") { return skipLine() }
        if brackets.isEmpty {
            if indent == 0, isMarker(start) { return marker(start) }
            if indent == 0, bytes[start] == UInt8(ascii: "%") { return refuseDirective() }
            if plainIsOpen, indent > (indents.last ?? -1) {
                continuePlain()
                return endLine()
            }
            plainIsOpen = false
            while let last = indents.last, last > indent { indents.removeLast() }
        }
        sawContent = true
        hasKey = false
        tokens(column: indent, lineStart: start)
        endLine()
    }

    /// Everything up to the end of the line.
    private mutating func tokens(column start: Int, lineStart: Int) {
        while place < bytes.count, !isTooDeep, !isBreak(bytes[place]) {
            let byte = bytes[place]
            if byte == 0x20 || byte == 0x09 {
                place += 1
            } else if byte == UInt8(ascii: "#"), place == lineStart || isBlank(bytes[place - 1]) {
                return skipToBreak()
            } else if !brackets.isEmpty {
                flowToken()
            } else if (byte == UInt8(ascii: "-") || byte == UInt8(ascii: "?")), isBlankOrEnd(place + 1) {
                blockIndicator(column: place - lineStart)
            } else if byte == UInt8(ascii: "|") || byte == UInt8(ascii: ">") {
                return blockScalar()
            } else {
                node(column: place - lineStart)
            }
        }
    }

    /// `- ` and `? ` open a block whose column counts for what is below.
    private mutating func blockIndicator(column: Int) {
        if bytes[place] == UInt8(ascii: "?") {
            refuse(
                "not-allowed", "a key is a plain word; `? ` starts a key of several parts", place..<place + 1,
                help: "text that begins with `? ` stands in quotes")
        }
        openBlock(column)
        hasKey = false
        place += 1
        refuseTabs(after: "-")
    }

    mutating func openBlock(_ column: Int) {
        if column > indents.last ?? -1 { indents.append(column) }
        checkDepth()
    }

    func isBreak(_ byte: UInt8) -> Bool { byte == 0x0A || byte == 0x0D }

    func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || isBreak(byte) }

    func isBlankOrEnd(_ offset: Int) -> Bool { offset >= bytes.count || isBlank(bytes[offset]) }

    /// Notes a mistake; a text full of the same one says so a few times.
    mutating func refuse(_ rule: String, _ message: String, _ range: Range<Int>, help: String? = nil) {
        refusals[rule, default: 0] += 1
        guard refusals[rule, default: 0] <= 3 else { return }
        diagnostics.error(rule, message, at: file.span(range), help: help)
    }

    mutating func checkDepth() {
        guard indents.count + brackets.count > Document.maximumDepth else { return }
        refuse("too-deep", "the text is nested more than \(Document.maximumDepth) levels deep", place..<place + 1)
        // Nothing below can be made sense of.
        isTooDeep = true
    }

    // MARK: Lines

    /// Answers the column of the first character; tabs are refused where they would count as indentation.
    private mutating func skipIndentation() -> Int {
        let start = place
        while place < bytes.count, bytes[place] == 0x20 { place += 1 }
        let indent = place - start
        guard place < bytes.count, bytes[place] == 0x09 else { return indent }
        let tab = place
        while place < bytes.count, bytes[place] == 0x20 || bytes[place] == 0x09 { place += 1 }
        let isEmpty = place >= bytes.count || isBreak(bytes[place]) || bytes[place] == UInt8(ascii: "#")
        if !isEmpty, brackets.isEmpty, !plainIsOpen {
            refuse("tab", "a tab cannot indent a line in YAML", tab..<tab + 1, help: "indent with spaces")
        }
        return indent
    }

    private mutating func refuseTabs(after indicator: String) {
        guard place < bytes.count, bytes[place] == 0x09 else { return }
        refuse("tab", "a tab cannot stand after `\(indicator)`", place..<place + 1, help: "write a space")
    }

    mutating func skipToBreak() {
        while place < bytes.count, !isBreak(bytes[place]) { place += 1 }
    }

    mutating func skipBreak() {
        if bytes[place] == 0x0D, place + 1 < bytes.count, bytes[place + 1] == 0x0A { place += 1 }
        place += 1
    }

    private mutating func skipLine() {
        skipToBreak()
        if place < bytes.count { skipBreak() }
    }

    private mutating func endLine() {
        if place < bytes.count, isBreak(bytes[place]) { skipBreak() }
    }

    private func isMarker(_ start: Int) -> Bool {
        guard start + 3 <= bytes.count, isBlankOrEnd(start + 3) else { return false }
        let word = bytes[start..<start + 3]
        return word.elementsEqual("---".utf8) || word.elementsEqual("...".utf8)
    }

    /// `---` may open the file; anything after `...`, and a second document, is refused.
    private mutating func marker(_ start: Int) {
        plainIsOpen = false
        indents.removeAll()
        if bytes[start] == UInt8(ascii: ".") {
            sawEnd = true
            return skipLine()
        }
        if sawContent || sawEnd {
            refuse(
                "several-documents", "a file holds one document, and here a second one begins", start..<start + 3,
                help: "put it into a file of its own")
            place = bytes.count
            return
        }
        sawContent = true
        place = start + 3
        hasKey = false
        tokens(column: 3, lineStart: start)
        endLine()
    }

    private mutating func refuseDirective() {
        refuse("not-allowed", "directives such as %YAML and %TAG are not part of this language", place..<place + 1)
        skipLine()
    }

    /// Control characters are not YAML; the line breaks beyond ASCII count for libyaml, but not for editors.
    private mutating func refuseInvisibleCharacters() {
        for (offset, byte) in bytes.enumerated() where byte < 0x20 || byte == 0x7F || byte == 0xC2 || byte == 0xE2 {
            if byte < 0x80 {
                if byte == 0x09 || isBreak(byte) { continue }
                refuse("control-character", "a control character cannot stand in YAML", offset..<offset + 1)
                continue
            }
            let isNextLine = byte == 0xC2 && offset + 1 < bytes.count && bytes[offset + 1] == 0x85
            let isSeparator =
                byte == 0xE2 && offset + 2 < bytes.count && bytes[offset + 1] == 0x80
                && (bytes[offset + 2] == 0xA8 || bytes[offset + 2] == 0xA9)
            guard isNextLine || isSeparator else { continue }
            refuse(
                "invisible-break", "an invisible line break stands here", offset..<offset + (isNextLine ? 2 : 3),
                help: "delete it")
        }
    }
}
