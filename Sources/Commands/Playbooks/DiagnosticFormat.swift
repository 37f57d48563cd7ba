import ArgumentParser
import Reports
import SourceText

/// How `drover check` tells what it found.
enum DiagnosticFormat: String, ExpressibleByArgument, CaseIterable {
    /// For people: the line, a caret, and what to do.
    case text
    /// One JSON array, for programs.
    case json
    /// Lines that GitHub Actions shows beside the changed lines.
    case github

    /// Everything found, ending in a line break; empty when nothing was, unless the format says so itself.
    func text(of diagnostics: Diagnostics, coloured: Bool) -> String {
        switch self {
        case .text: DiagnosticPrinter(coloured: coloured).text(of: diagnostics)
        case .json: Self.json(diagnostics.sorted)
        case .github: diagnostics.sorted.map { Self.github($0) }.joined()
        }
    }

    // MARK: JSON

    private static func json(_ diagnostics: [Diagnostic]) -> String {
        guard !diagnostics.isEmpty else { return "[]\n" }
        return "[\n" + diagnostics.map { "  " + json($0) }.joined(separator: ",\n") + "\n]\n"
    }

    private static func json(_ diagnostic: Diagnostic) -> String {
        var members = [
            "\"rule\": \(JSONReport.quoted(diagnostic.rule))",
            "\"severity\": \"\(diagnostic.severity.rawValue)\"",
        ]
        members += place(diagnostic.span)
        members.append("\"message\": \(JSONReport.quoted(diagnostic.message))")
        members.append("\"help\": \(diagnostic.help.map(JSONReport.quoted) ?? "null")")
        let notes = diagnostic.notes.map { note in
            let parts = place(note.span) + ["\"message\": \(JSONReport.quoted(note.message))"]
            return "{ \(parts.joined(separator: ", ")) }"
        }
        members.append("\"notes\": [\(notes.joined(separator: ", "))]")
        return "{ \(members.joined(separator: ", ")) }"
    }

    /// Lines and columns from 1; the end is the column after the last character.
    private static func place(_ span: SourceSpan?) -> [String] {
        guard let span else { return ["\"file\": null"] }
        let end = span.file.location(at: span.range.upperBound)
        return [
            "\"file\": \(JSONReport.quoted(span.file.name))", "\"line\": \(span.start.line)",
            "\"column\": \(span.start.column)", "\"endLine\": \(end.line)", "\"endColumn\": \(end.column)",
        ]
    }

    // MARK: GitHub

    private static func github(_ diagnostic: Diagnostic) -> String {
        var properties: [String] = []
        if let span = diagnostic.span {
            let end = span.file.location(at: span.range.upperBound)
            properties.append("file=\(property(span.file.name))")
            properties.append("line=\(span.start.line)")
            properties.append("col=\(span.start.column)")
            // The last column, which is only meant when it stands in the same line.
            if end.line == span.start.line {
                properties.append("endColumn=\(max(span.start.column, end.column - 1))")
            }
        }
        properties.append("title=\(property(diagnostic.rule))")
        let message = [diagnostic.message, diagnostic.help].compactMap { $0 }.joined(separator: "\n")
        return "::\(diagnostic.severity.rawValue) \(properties.joined(separator: ","))::\(data(message))\n"
    }

    /// What would end the message, or begin another command, is spelled as GitHub spells it.
    private static func data(_ text: String) -> String {
        text.unicodeScalars.reduce(into: "") { result, scalar in
            switch scalar {
            case "%": result += "%25"
            case "\r": result += "%0D"
            case "\n": result += "%0A"
            default: result += terminalSafe(String(scalar))
            }
        }
    }

    private static func property(_ text: String) -> String {
        data(text).replacing(":", with: "%3A").replacing(",", with: "%2C")
    }
}
