import DroverTesting
import Foundation
import Simulator
import Testing

/// docs/playbook.md says of every example what is typed and what is printed; here it is typed.
@Suite("The examples of the playbook page", .timeLimit(.minutes(5)))
struct PlaybookPageTests {
    private static let page = Result { try DocumentationPage("docs/playbook.md") }

    private static var examples: [DocumentedExample] {
        get throws { DocumentedExample.all(in: try page.get()) }
    }

    @Test("each does what the page says", arguments: try examples)
    func example(_ example: DocumentedExample) async throws {
        let name = try #require(example.fileName, "nothing is typed below \(example)")
        let folder = ExampleFolder(of: try Self.page.get())
        try await PracticeFarm.with(SimulationOptions(phones: 20)) { practice in
            try folder.fill(practice.drover)
            try folder.addGroups(practice.drover)
            try practice.write(example.playbook.text, to: name)
            for session in example.sessions {
                let mayFail = session.fails || example.playbook.isRefused
                for (index, command) in session.commands.enumerated() {
                    let isLast = index == session.commands.count - 1
                    try await practice.type(command, fails: mayFail && isLast, at: session.block)
                }
            }
        }
    }

    @Test func `every playbook of the page is typed, and its files are there`() throws {
        let examples = try Self.examples
        #expect(examples.count > 25)
        #expect(examples.filter { $0.sessions.isEmpty }.map(\.testDescription) == [])
        let blocks = examples.flatMap(\.sessions).map(\.block)
        // Nothing that looks typed is left out, and nothing is left out by hiding it behind `...`.
        #expect(try Self.page.get().blocks.count(where: \.isTyped) == blocks.count)
        for command in examples.flatMap(\.sessions).flatMap(\.commands) {
            #expect(!command.expected.isEmpty, "\(command.line)")
            #expect(command.expected != ["..."], "\(command.line)")
        }
        #expect(ExampleFolder(of: try Self.page.get()).files.count > 5)
    }

    @Test(
        "an answer is compared line by line",
        arguments: [
            (["a", "b"], "a\nb\n", true), (["a"], "a\nb\n", false), (["a", "..."], "a\nb\nc\n", true),
            (["...", "c"], "a\nb\nc\n", true), (["...", "b"], "a\nb\nc\n", false), (["...", "b", "..."], "b\n", true),
            (["done in 0.3 s, 2 KB moved"], "done in 12.1 s, 5.1 MB moved\n", true),
            (["3 ok in 0.3 s"], "4 ok in 0.3 s\n", false),
            ([], "a\n", false),
        ])
    func comparison(expected: [String], text: String, fits: Bool) {
        #expect(TypedCommand("drover", expected: expected).isAnswered(by: text) == fits)
    }

    @Test func `a line is taken apart as a shell does it`() {
        let command = TypedCommand(#"A=1 drover run x.yml note="a b" --limit 'pick 1' ''  # a remark"#)
        #expect(command.environment == ["A": "1"])
        #expect(command.words == ["drover", "run", "x.yml", "note=a b", "--limit", "pick 1", ""])
    }
}
