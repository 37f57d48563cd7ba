import DroverTesting
import Foundation
import Testing

/// An example of a page, with everything that was typed below it.
struct DocumentedExample: CustomTestStringConvertible, Sendable {
    /// Commands that stand together.
    struct Session: Sendable {
        let block: CodeBlock
        let commands: [TypedCommand]

        /// Whether the page says that the last of them does not end well.
        var fails: Bool { block.introduction.lowercased().contains("this fails") }
    }

    /// The playbook; nil where commands stand alone.
    let playbook: CodeBlock
    private(set) var sessions: [Session] = []

    var testDescription: String { "\(playbook)" }

    /// The name under which the playbook is saved: the first that a command speaks of.
    var fileName: String? {
        sessions.lazy.flatMap(\.commands).flatMap(\.words).first { $0.hasSuffix(".yml") }
    }

    /// The examples of a page, in its order.
    static func all(in page: DocumentationPage) -> [DocumentedExample] {
        var examples: [DocumentedExample] = []
        for block in page.blocks {
            if block.isPlaybook || block.isRefused {
                examples.append(DocumentedExample(playbook: block))
            } else if block.isTyped, !examples.isEmpty {
                let session = Session(block: block, commands: TypedCommand.all(in: block))
                examples[examples.count - 1].sessions.append(session)
            }
        }
        return examples
    }
}

/// The folder in which the examples of a page are typed, as its last section describes it.
struct ExampleFolder {
    private let page: DocumentationPage

    init(of page: DocumentationPage) { self.page = page }

    /// The rows of the table: a path, and the sample that is copied there or nil.
    var files: [(path: String, sample: String?)] {
        page.text.matches(of: /\n\| `([^`]+)` \| (?:`(fixtures\/[^`]+)`|a few bytes) \|/).map { match in
            (String(match.1), match.2.map(String.init))
        }
    }

    /// Makes the files, and adds to the farm file.
    func prepare(_ practice: PracticeFarm) throws {
        for (path, sample) in files {
            let data =
                try sample.map { try Data(contentsOf: URL(fileURLWithPath: PracticeFarm.project($0))) }
                ?? Data("bytes of \(path)\n".utf8)
            try practice.drover.write(data, to: path)
            chmod(practice.drover.folder.appendingPathComponent(path).path, 0o600)
        }
        for block in page.blocks where block.isIncluded { try practice.write(block.text, to: block.includePath) }
        let farm = practice.drover.folder.appendingPathComponent("farm.yml")
        let more = page.blocks.filter(\.isFarm).map(\.text).joined()
        let text = try String(contentsOf: farm, encoding: .utf8) + more
        try Data(text.utf8).write(to: farm)
    }
}
