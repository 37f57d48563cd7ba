import DroverTesting
import Testing

/// One Markdown page of the project, taken apart as far as its tests need it.
struct DocumentationPage: CustomTestStringConvertible {
    /// The path from the project's folder, such as `docs/playbook.md`.
    let name: String
    let text: String

    init(_ name: String) throws {
        self.name = name
        text = try Fixture.text("../\(name)")
    }

    /// The README and every page in `docs/`, decisions included.
    static var all: [DocumentationPage] {
        get throws {
            let names =
                ["README.md", "CONTRIBUTING.md"]
                + ["docs", "docs/decisions"].flatMap { folder in
                    Fixture.names(in: "../\(folder)", endingIn: ".md").map { "\(folder)/\($0)" }
                }
            return try names.map(DocumentationPage.init)
        }
    }

    var testDescription: String { name }

    /// The folder that relative links start at.
    var folder: String { name.split(separator: "/").dropLast().joined(separator: "/") }

    /// The blocks that begin with ```` ```yaml ````, without the indentation of a list that they stand in.
    var yamlBlocks: [YAMLBlock] {
        var blocks: [YAMLBlock] = []
        var indentation = 0
        var lines: [Substring]?
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            switch line.drop(while: { $0 == " " }) {
            case "```yaml":
                indentation = line.prefix { $0 == " " }.count
                lines = []
            case "```":
                if let lines { blocks.append(YAMLBlock(page: name, text: lines.joined(separator: "\n") + "\n")) }
                lines = nil
            default:
                lines?.append(line.dropFirst(indentation))
            }
        }
        return blocks
    }

    /// What `[words](target)` leads to, addresses elsewhere left out.
    var links: [Link] {
        text.matches(of: /\]\(([^)#\s]*)(?:#([^)\s]*))?\)/).compactMap { match in
            let path = String(match.1)
            guard !path.contains("://") else { return nil }
            return Link(path: path, heading: match.2.map(String.init))
        }
    }

    /// Every `--option` that the page speaks of.
    var options: Set<String> { Self.options(in: text) }

    /// Every `--option` of a text, such as a help.
    static func options(in text: String) -> Set<String> {
        Set(text.matches(of: /(?:^|[^\w-])(--[a-z][a-z-]*)/).map { String($0.1) })
    }

    /// The headings as links spell them: small letters, blanks as hyphens, signs left out.
    var anchors: Set<String> {
        Set(
            text.split(separator: "\n").filter { $0.hasPrefix("#") }.map { line in
                let words = line.drop { $0 == "#" }.drop { $0 == " " }.lowercased()
                return String(
                    words.compactMap { $0 == " " ? "-" : $0.isLetter || $0.isNumber || "-_".contains($0) ? $0 : nil })
            })
    }

    /// Where a link leads.
    struct Link: Hashable {
        let path: String
        let heading: String?
    }
}

/// One example of a page.
struct YAMLBlock: CustomTestStringConvertible {
    let page: String
    let text: String

    var firstLine: String { text.split(separator: "\n").first.map(String.init) ?? "" }
    var isPlaybook: Bool { firstLine.hasPrefix("# playbook:") }
    var isIncluded: Bool { firstLine.hasPrefix("# included:") }
    /// The path by which an example is included.
    var includePath: String { String(firstLine.dropFirst("# included:".count).drop { $0 == " " }) }
    var isRefused: Bool { firstLine.hasPrefix("# refused:") }
    var testDescription: String { "\(page): \(firstLine)" }
}
