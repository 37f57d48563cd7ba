import DroverTesting
import Foundation
import Simulator
import Testing

/// docs/runs.md tells a story in commands; here it is typed from top to bottom.
@Suite("The commands of the page on runs", .timeLimit(.minutes(5)))
struct RunsPageTests {
    @Test func `each prints what the page says`() async throws {
        let page = try DocumentationPage("docs/runs.md")
        #expect(page.blocks.count(where: \.isTyped) > 5)
        try await PracticeFarm.with(SimulationOptions(phones: 24)) { practice in
            try ExampleFolder(of: page).fill(practice.drover)
            try practice.renamePhones()
            var playbook: CodeBlock?
            for block in page.blocks {
                if block.isPlaybook { playbook = block }
                guard block.isTyped else { continue }
                let commands = TypedCommand.all(in: block)
                if let text = playbook?.text {
                    let names = commands.flatMap(\.words).filter { $0.hasSuffix(".yml") }
                    try practice.write(text, to: try #require(names.first, "\(block.line)"))
                    playbook = nil
                }
                try await type(commands, in: practice, at: block)
            }
            #expect(playbook == nil, "nothing is typed below \(String(describing: playbook))")
        }
    }

    private func type(_ commands: [TypedCommand], in practice: PracticeFarm, at block: CodeBlock) async throws {
        var running: [DroverProcess.Running] = []
        for (index, command) in commands.enumerated() {
            guard command.words.last != "&" else {
                let program = try practice.drover.start(Array(command.words.dropFirst().dropLast()))
                // It says so when it begins, and holds its phones by then.
                #expect(await program.says("2 phones, 1 step"), "\(command.line)")
                running.append(program)
                continue
            }
            let fails = block.introduction.lowercased().contains("this fails") && index == commands.count - 1
            try await practice.type(command, fails: fails, at: block)
        }
        for program in running {
            program.signal(SIGKILL)
            _ = await program.ended()
        }
    }
}
