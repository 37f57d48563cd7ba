import DroverTesting
import PlaybookLanguage
import SourceText
import Steps
import Testing

@testable import Commands

/// What `drover check` found, for programs.
@Suite struct DiagnosticFormatTests {
    private static func found() -> Diagnostics {
        let text = """
            phones: all
            steps:
              - { shell: id, id: a, retires: 2 }
              - { shell: id, id: a, timeout: 5 }
              - shell: >-
                  echo ${{ vars.x }}
            """
        var diagnostics = Diagnostics()
        _ = PlaybookReader(vocabulary: StepCatalog.standard).read(
            SourceFile(name: "a,b:100%.yml", text: text), &diagnostics)
        return diagnostics
    }

    @Test(arguments: DiagnosticFormat.allCases) func `each format has its own text`(format: DiagnosticFormat) {
        let text = format.text(of: Self.found(), coloured: false)
        expectGolden(text, "golden/check/\(format.rawValue).txt")
    }

    @Test func `nothing found is an empty list, or nothing`() {
        #expect(DiagnosticFormat.json.text(of: Diagnostics(), coloured: false) == "[]\n")
        #expect(DiagnosticFormat.github.text(of: Diagnostics(), coloured: false).isEmpty)
    }

    @Test func `a text cannot begin another command of GitHub`() {
        var diagnostics = Diagnostics()
        let file = SourceFile(name: "x\n::warning::y", text: "a\n")
        diagnostics.error("empty", "one\n::error::two\u{1B}[31m", at: file.span(0..<1))
        let text = DiagnosticFormat.github.text(of: diagnostics, coloured: false)
        #expect(text.split(separator: "\n").count == 1)
        #expect(!text.unicodeScalars.contains("\u{1B}"))
    }
}
