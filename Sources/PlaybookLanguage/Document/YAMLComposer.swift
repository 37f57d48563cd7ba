import SourceText
import Yams

/// The one place that knows Yams: turns its nodes into ours, its errors into diagnostics.
enum YAMLComposer {
    /// The root of the document, or nil and a mistake noted.
    ///
    /// The text has been screened: no aliases, no bombs.
    static func compose(_ file: SourceFile, _ diagnostics: inout Diagnostics) -> Node? {
        var scalars = Array(file.text.unicodeScalars)
        var hidden: [Int: String] = [:]
        while true {
            do {
                var text = String.UnicodeScalarView()
                text.append(contentsOf: scalars)
                // The encoding would be looked up in the environment, and the default resolver matches every key with
                // seven regular expressions; what a scalar means is for CoreSchema to say.
                let parser = try Yams.Parser(yaml: String(text), resolver: .basic, encoding: .utf8)
                guard let root = try parser.singleRoot() else {
                    diagnostics.error("empty", "the file is empty", at: file.span(0..<0))
                    return nil
                }
                let node = node(root, file, hidden)
                guard !node.isNull else {
                    diagnostics.error("empty", "the file is empty", at: file.span(0..<0))
                    return nil
                }
                return node
            } catch YamlError.duplicatedKeysInMapping(_, let context) where hidden.count < 50 {
                // Yams gives up at a repeated key. It is hidden behind characters that nobody uses, and put back
                // afterwards, so that it is reported beside all other mistakes.
                let place = file.offset(line: context.mark.line, scalar: context.mark.column)
                let start = file.text(in: 0..<place).unicodeScalars.count
                let mask = UInt32(0xE000 + hidden.count)
                guard hidden[place] == nil, let key = hideKey(at: start, in: &scalars, behind: mask) else {
                    diagnostics.error(
                        "repeated-key", "a key stands twice in this mapping", at: file.span(place..<place))
                    return nil
                }
                hidden[place] = key
            } catch {
                diagnostics.add(diagnostic(error, file))
                return nil
            }
        }
    }

    /// Replaces a key by as many characters of the private area; the places of everything else stay.
    private static func hideKey(at start: Int, in scalars: inout [Unicode.Scalar], behind mask: UInt32) -> String? {
        guard start < scalars.count, let mask = Unicode.Scalar(mask) else { return nil }
        var key = String.UnicodeScalarView()
        var place = start
        let isQuoted = scalars[start] == "'" || scalars[start] == "\""
        if isQuoted { place += 1 }
        while place < scalars.count, scalars[place] != "\n" {
            if isQuoted, scalars[place] == scalars[start] { break }
            if !isQuoted, scalars[place] == ":" { break }
            key.append(scalars[place])
            scalars[place] = mask
            place += 1
        }
        return key.isEmpty ? nil : String(key)
    }

    // MARK: Nodes

    private static func node(_ node: Yams.Node, _ file: SourceFile, _ hidden: [Int: String]) -> Node {
        let start = node.mark.map { file.offset(line: $0.line, scalar: $0.column) } ?? 0
        switch node {
        case .scalar(let scalar):
            return self.scalar(hidden[start] ?? scalar.string, style(scalar.style), start, file)
        case .sequence(let sequence):
            let members = sequence.map { self.node($0, file, hidden) }
            let end = members.last?.span.range.upperBound ?? start + 2
            return Node(.sequence(members), at: span(start, end, file))
        case .mapping(let mapping):
            var entries: [Node.Entry] = []
            for (key, value) in mapping {
                let key = self.node(key, file, hidden)
                entries.append(.init(key: key, name: key.text ?? "", value: self.node(value, file, hidden)))
            }
            let end = entries.last?.value.span.range.upperBound ?? start + 2
            return Node(.mapping(entries), at: span(start, end, file))
        case .alias:
            // The screen refuses aliases before anything is composed.
            return Node(.scalar("", .plain), at: span(start, start, file))
        }
    }

    private static func style(_ style: Yams.Node.Scalar.Style) -> ScalarStyle {
        switch style {
        case .singleQuoted: .singleQuoted
        case .doubleQuoted: .doubleQuoted
        case .literal: .literal
        case .folded: .folded
        case .any, .plain: .plain
        }
    }

    /// Yams tells where a scalar starts; its end is found in the raw text.
    private static func scalar(_ text: String, _ style: ScalarStyle, _ start: Int, _ file: SourceFile) -> Node {
        let bytes = file.bytes
        var end = start + text.utf8.count
        switch style {
        case .plain:
            if end > bytes.count || !bytes[start..<end].elementsEqual(text.utf8) {
                end = TextOrigin(span: span(start, bytes.count, file), text: text, style: style).endOffset
            }
        case .singleQuoted, .doubleQuoted: end = closingQuote(bytes, start)
        case .literal, .folded:
            let origin = TextOrigin(span: span(start, bytes.count, file), text: text, style: style)
            end = max(origin.endOffset, start + 1)
        }
        return Node(.scalar(text, style), at: span(start, end, file))
    }

    private static func closingQuote(_ bytes: [UInt8], _ start: Int) -> Int {
        let quote = bytes[start]
        var place = start + 1
        while place < bytes.count {
            if bytes[place] == UInt8(ascii: "\\"), quote == UInt8(ascii: "\"") {
                place += 2
                continue
            }
            if bytes[place] == quote {
                guard quote == UInt8(ascii: "'"), place + 1 < bytes.count, bytes[place + 1] == quote else {
                    return place + 1
                }
                place += 1
            }
            place += 1
        }
        return bytes.count
    }

    private static func span(_ start: Int, _ end: Int, _ file: SourceFile) -> SourceSpan {
        let lower = min(start, file.bytes.count)
        return SourceSpan(file: file, range: lower..<min(max(end, lower), file.bytes.count))
    }

    // MARK: Errors

    private static func diagnostic(_ error: any Error, _ file: SourceFile) -> Diagnostic {
        switch error {
        case YamlError.scanner(let context, let problem, let mark, _),
            YamlError.parser(let context, let problem, let mark, _),
            YamlError.composer(let context, let problem, let mark, _):
            let place = file.offset(line: mark.line, scalar: mark.column)
            let (message, help) = words(for: problem)
            var notes: [Diagnostic.Note] = []
            if let context, context.mark.line != mark.line {
                let start = file.offset(line: context.mark.line, scalar: context.mark.column)
                notes.append(.init(words(forContext: context.text), at: file.span(start..<start)))
            }
            return Diagnostic(rule: "yaml-syntax", message, at: file.span(place..<place), help: help, notes: notes)
        case YamlError.reader(let problem, _, _, _):
            return Diagnostic(rule: "yaml-syntax", "this is not YAML: \(problem)", at: file.span(0..<0))
        default:
            return Diagnostic(rule: "yaml-syntax", "this is not YAML: \(error)", at: file.span(0..<0))
        }
    }

    private static func words(forContext context: String) -> String {
        switch context {
        case "while parsing a block collection": "the list begins here"
        case "while parsing a block mapping": "the mapping begins here"
        case "while parsing a flow mapping", "while parsing a flow sequence": "the bracket was opened here"
        case "while scanning a simple key": "this line"
        default: context
        }
    }

    /// The commonest of libyaml's words, said so that one knows what to do; others are passed on.
    private static func words(for problem: String) -> (message: String, help: String?) {
        switch problem {
        case "mapping values are not allowed in this context":
            return ("a `:` starts a value here, where none can stand", "text with `: ` in it stands in quotes")
        case "did not find expected key":
            return ("a key was expected here", "check the indentation, and the line above for an open bracket or quote")
        case "did not find expected '-' indicator":
            return ("a list goes on here, so `- ` was expected", "check the indentation")
        case "could not find expected ':'":
            return ("a key without its `:`", "check this line and the one above")
        case "did not find expected ',' or ']'": return ("`,` or `]` was expected here", nil)
        case "did not find expected ',' or '}'": return ("`,` or `}` was expected here", nil)
        case "found unexpected end of stream": return ("the text ends inside quotes", "close the quote")
        default: return ("this is not YAML: \(problem)", nil)
        }
    }
}
