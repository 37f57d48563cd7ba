/// Writes diagnostics the way compilers do: the place, the line, a caret under the stretch, and what to do.
///
/// ```
/// deploy.yml:14:7: error: unknown key `retires`
///   14 |       retires: 2
///      |       ^~~~~~~
///      = help: did you mean `retries`?
/// ```
public struct DiagnosticPrinter: Sendable {
    /// Whether to colour with ANSI escapes.
    public let coloured: Bool
    /// Longer lines are cut around the caret; in terminal columns.
    public let width: Int

    /// Prints plainly unless told otherwise.
    public init(coloured: Bool = false, width: Int = 160) {
        self.coloured = coloured
        self.width = max(40, width)
    }

    /// All of a collection, in order of place, each ending in a line break.
    public func text(of diagnostics: Diagnostics) -> String {
        var text = diagnostics.sorted.map { self.text(of: $0) }.joined()
        if diagnostics.leftOut > 0 { text += "and \(diagnostics.leftOut) more\n" }
        return text
    }

    /// One diagnostic, ending in a line break.
    public func text(of diagnostic: Diagnostic) -> String {
        let severity = diagnostic.severity.rawValue
        let colour = diagnostic.severity == .error ? "31" : "33"
        var text = ""
        if let span = diagnostic.span { text += terminalSafe(span.description) + ": " }
        text += paint(severity + ":", "1;" + colour) + " " + terminalSafe(diagnostic.message) + "\n"
        var margin = 3
        // A word of the command line that is wrong as a whole has been named by the message.
        if let span = diagnostic.span, span.file.isFile || span.range.count < span.file.bytes.count {
            let (drawing, number) = draw(span, colour)
            text += drawing
            margin = number
        }
        for note in diagnostic.notes {
            text += terminalSafe(note.span.description) + ": note: " + terminalSafe(note.message) + "\n"
            text += draw(note.span, "36").text
        }
        if let help = diagnostic.help {
            let indent = String(repeating: " ", count: margin)
            let lines = help.split(separator: "\n", omittingEmptySubsequences: false).map { terminalSafe(String($0)) }
            text += indent + " = help: " + lines.joined(separator: "\n" + indent + "         ") + "\n"
        }
        return text
    }

    /// The line, and below it the caret; the margin's width lets the help stand under it.
    private func draw(_ span: SourceSpan, _ colour: String) -> (text: String, margin: Int) {
        let file = span.file
        let line = file.line(at: span.range.lowerBound)
        let bytes = file.bytes(ofLine: line)
        let number = String(line)
        let margin = max(number.count, 2) + 2
        let gutter = String(repeating: " ", count: margin)
        let start = min(max(span.range.lowerBound, bytes.lowerBound), bytes.upperBound)
        let end = min(max(span.range.upperBound, start), bytes.upperBound)

        let before = cells(file.text(in: bytes.lowerBound..<start), at: 0)
        let marked = cells(file.text(in: start..<end), at: before.width)
        let after = cells(file.text(in: end..<bytes.upperBound), at: before.width + marked.width)
        let cut = window(before, marked, after)
        let underline = "^" + String(repeating: "~", count: max(0, cut.marked - 1))

        let label = file.isFile ? String(repeating: " ", count: margin - number.count) + number : gutter
        var text = label + " | " + cut.line
        while text.last == " " { text.removeLast() }
        let indent = String(repeating: " ", count: cut.before)
        text += "\n" + gutter + " | " + indent + paint(underline, "1;" + colour) + "\n"
        return (text, margin)
    }

    private struct Cells {
        var pieces: [(text: String, width: Int)] = []
        var width = 0
        var text: String { pieces.map(\.text).joined() }
    }

    /// Text as a terminal shows it: tabs as spaces up to the next stop of four, control characters spelled out.
    private func cells(_ text: String, at column: Int) -> Cells {
        var cells = Cells()
        for character in text {
            if character == "\t" {
                let width = 4 - (column + cells.width) % 4
                cells.pieces.append((String(repeating: " ", count: width), width))
                cells.width += width
                continue
            }
            let safe = terminalSafe(String(character))
            let width = safe.count == 1 ? terminalWidth(character) : safe.count
            cells.pieces.append((safe, width))
            cells.width += width
        }
        return cells
    }

    /// A long line is cut so that the marked stretch stays in sight.
    private func window(_ before: Cells, _ marked: Cells, _ after: Cells) -> (line: String, before: Int, marked: Int) {
        guard before.width + marked.width + after.width > width else {
            return (before.text + marked.text + after.text, before.width, marked.width)
        }
        var head = before
        let keep = max(width / 2, width - marked.width - after.width - 4)
        var dropped = false
        while head.width > keep, let first = head.pieces.first {
            head.pieces.removeFirst()
            head.width -= first.width
            dropped = true
        }
        let lead = dropped ? "... " : ""
        var line = lead + head.text
        var used = lead.count + head.width
        var shown = 0
        for (index, piece) in (marked.pieces + after.pieces).enumerated() {
            guard used + piece.width <= width else {
                line += " ..."
                break
            }
            line += piece.text
            used += piece.width
            if index < marked.pieces.count { shown += piece.width }
        }
        return (line, lead.count + head.width, shown)
    }

    private func paint(_ text: String, _ code: String) -> String {
        coloured ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
    }
}
