public import Testing

/// One Markdown page of the project, taken apart as far as its tests need it.
public struct DocumentationPage: CustomTestStringConvertible, Sendable {
    /// The path from the project's folder, such as `docs/playbook.md`.
    public let name: String
    /// All of it.
    public let text: String

    /// Reads a page.
    public init(_ name: String) throws {
        self.name = name
        text = try Fixture.text("../\(name)")
    }

    /// The README and every page in `docs/`, decisions included.
    public static var all: [DocumentationPage] {
        get throws {
            let names =
                ["README.md", "CONTRIBUTING.md"]
                + ["docs", "docs/decisions"].flatMap { folder in
                    Fixture.names(in: "../\(folder)", endingIn: ".md").map { "\(folder)/\($0)" }
                }
            return try names.map(DocumentationPage.init)
        }
    }

    /// The path.
    public var testDescription: String { name }

    /// The folder that relative links start at.
    public var folder: String { name.split(separator: "/").dropLast().joined(separator: "/") }

    /// Everything between fences, without the indentation of a list that it stands in.
    public var blocks: [CodeBlock] {
        var blocks: [CodeBlock] = []
        var open: (block: CodeBlock, indentation: Int)?
        var paragraph: [Substring] = []
        var isParagraphOver = false
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let words = line.drop { $0 == " " }
            if let (block, indentation) = open {
                if words == "```" {
                    blocks.append(block)
                    open = nil
                } else {
                    open?.block.text += line.dropFirst(min(indentation, line.count)) + "\n"
                }
            } else if words.hasPrefix("```") {
                let introduction = paragraph.joined(separator: " ")
                let block = CodeBlock(
                    page: name, line: index + 2, language: String(words.dropFirst(3)), introduction: introduction)
                open = (block, line.count - words.count)
                paragraph = []
            } else if words.isEmpty {
                isParagraphOver = true
            } else {
                if isParagraphOver { paragraph = [] }
                isParagraphOver = false
                paragraph.append(words)
            }
        }
        return blocks
    }

    /// The blocks of YAML.
    public var yamlBlocks: [CodeBlock] { blocks.filter { $0.language == "yaml" } }

    /// What `[words](target)` leads to, addresses elsewhere left out.
    public var links: [Link] {
        text.matches(of: /\]\(([^)#\s]*)(?:#([^)\s]*))?\)/).compactMap { match in
            let path = String(match.1)
            guard !path.contains("://") else { return nil }
            return Link(path: path, heading: match.2.map(String.init))
        }
    }

    /// Every `--option` that the page speaks of.
    public var options: Set<String> { Self.options(in: text) }

    /// Every `--option` of a text, such as a help.
    public static func options(in text: String) -> Set<String> {
        Set(text.matches(of: /(?:^|[^\w-])(--[a-z][a-z-]*)/).map { String($0.1) })
    }

    /// The headings as links spell them: small letters, blanks as hyphens, signs left out.
    public var anchors: Set<String> {
        Set(
            text.split(separator: "\n").filter { $0.hasPrefix("#") }.map { line in
                let words = line.drop { $0 == "#" }.drop { $0 == " " }.lowercased()
                return String(
                    words.compactMap { $0 == " " ? "-" : $0.isLetter || $0.isNumber || "-_".contains($0) ? $0 : nil })
            })
    }

    /// Where a link leads.
    public struct Link: Hashable {
        /// The page or file; empty for the page itself.
        public let path: String
        /// The heading there, spelt as links do.
        public let heading: String?
    }
}

/// What stands between two fences of a page.
public struct CodeBlock: CustomTestStringConvertible, Sendable {
    /// The page's path.
    public let page: String
    /// The number of its first line, from 1.
    public let line: Int
    /// The word behind the fence, such as `yaml`.
    public let language: String
    /// The paragraph above it, in one line; empty when another block stands there.
    public let introduction: String
    /// Its lines, each ended.
    public fileprivate(set) var text = ""

    /// The line by which an example says what it is.
    public var firstLine: String { text.split(separator: "\n").first.map(String.init) ?? "" }
    /// Whether it is a whole playbook.
    public var isPlaybook: Bool { firstLine.hasPrefix("# playbook:") }
    /// Whether it is a file that a playbook includes.
    public var isIncluded: Bool { firstLine.hasPrefix("# included:") }
    /// The path by which an example is included.
    public var includePath: String { String(firstLine.dropFirst("# included:".count).drop { $0 == " " }) }
    /// Whether it is a playbook with a mistake.
    public var isRefused: Bool { firstLine.hasPrefix("# refused:") }
    /// Whether it belongs to the farm file of the page's examples.
    public var isFarm: Bool { firstLine.hasPrefix("# farm:") }
    /// Whether commands were typed there.
    public var isTyped: Bool { firstLine.hasPrefix("$ ") }
    /// The page and what the block says it is.
    public var testDescription: String { "\(page): \(firstLine)" }
}
