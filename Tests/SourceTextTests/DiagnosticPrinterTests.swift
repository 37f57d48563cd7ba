import SourceText
import Testing

@Suite struct DiagnosticPrinterTests {
    static func draw(_ text: String, _ range: Range<Int>, help: String? = nil, width: Int = 160) -> String {
        let file = SourceFile(name: "d.yml", text: text)
        let diagnostic = Diagnostic(rule: "r", "it is wrong", at: file.span(range), help: help)
        return DiagnosticPrinter(width: width).text(of: diagnostic)
    }

    @Test func `a mistake shows its line, a caret and a cure`() {
        #expect(
            Self.draw("a: 1\n  retires: 2\n", 7..<14, help: "did you mean `retries`?") == """
                d.yml:2:3: error: it is wrong
                   2 |   retires: 2
                     |   ^~~~~~~
                     = help: did you mean `retries`?

                """)
    }

    @Test func `a word that stands in no file has no line to jump to`() {
        let word = SourceSpan.whole("gold or blue", named: "SELECTOR")
        #expect(word.place == nil)
        func draw(_ range: Range<Int>) -> String {
            let span = SourceSpan(file: word.file, range: range)
            return DiagnosticPrinter().text(of: Diagnostic(rule: "r", "it is wrong", at: span))
        }
        #expect(draw(word.range) == "SELECTOR: error: it is wrong\n")
        #expect(
            draw(8..<12) == """
                SELECTOR: error: it is wrong
                     | gold or blue
                     |         ^~~~

                """)
    }

    @Test func `the caret stands right after tabs and wide characters`() {
        #expect(Self.draw("\tx", 1..<2).contains("   1 |     x\n     |     ^\n"))
        #expect(Self.draw("日本 x", 7..<8).contains("   1 | 日本 x\n     |      ^\n"))
        #expect(Self.draw("e\u{301} x", 4..<5).contains("     |   ^\n"))
    }

    @Test func `an empty place and the end of the text have a caret too`() {
        #expect(Self.draw("ab", 2..<2).contains("   1 | ab\n     |   ^\n"))
        #expect(Self.draw("", 0..<0).contains("d.yml:1:1"))
    }

    @Test func `bytes that act on a terminal are spelled out and the caret still fits`() {
        let text = Self.draw("\u{1B}[31m x", 6..<7)
        #expect(!text.contains("\u{1B}"))
        #expect(text.contains("   1 | \\u{1B}[31m x\n     |            ^\n"))
        #expect(!Self.draw("a\u{202E}b", 0..<1).contains("\u{202E}"))
    }

    @Test func `a long line is cut around the caret`() {
        let text = String(repeating: "a", count: 500) + "X" + String(repeating: "b", count: 500)
        let lines = Self.draw(text, 500..<501, width: 60).split(separator: "\n")
        #expect(lines[1].count < 80)
        let column = lines[2].firstIndex(of: "^").map { lines[2].distance(from: lines[2].startIndex, to: $0) }
        let marked = lines[1].firstIndex(of: "X").map { lines[1].distance(from: lines[1].startIndex, to: $0) }
        #expect(column != nil && column == marked)
    }

    @Test func `mistakes come in the order of the text, each once`() {
        let file = SourceFile(name: "d.yml", text: "a\nb\n")
        var diagnostics = Diagnostics()
        diagnostics.error("r", "second", at: file.span(2..<3))
        diagnostics.warning("r", "first", at: file.span(0..<1))
        diagnostics.error("r", "second", at: file.span(2..<3))
        #expect(diagnostics.sorted.map(\.message) == ["first", "second"])
        #expect(diagnostics.errorCount == 1)
    }

    @Test func `a flood of mistakes is counted, not kept`() {
        let file = SourceFile(name: "d.yml", text: "a")
        var diagnostics = Diagnostics()
        for index in 0..<300 { diagnostics.error("r", "mistake \(index)", at: file.span(0..<1)) }
        #expect(diagnostics.sorted.count == Diagnostics.limit)
        #expect(DiagnosticPrinter().text(of: diagnostics).hasSuffix("and 100 more\n"))
    }
}
