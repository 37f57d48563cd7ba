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
