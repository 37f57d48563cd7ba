import DroverTesting
import Foundation
import Testing

/// docs/cloud.md is a guide in commands; here it is typed from top to bottom.
@Suite("The commands of the page on cloud phones", .timeLimit(.minutes(10)))
struct CloudPageTests {
    /// What the page's farm files of real accounts take from the environment.
    private static let environment = [
        "HW_PROJECT": "05e1aef0a1b2c3d4e5f60718293a4b5c", "HW_AK": "AKEXAMPLE00000000001",
        "HW_SK": "SKexample0000000007",
        "KOOPHONE_PASSWORD": "not-a-password-of-anybody",
    ]

    @Test func `each prints what the page says`() async throws {
        let page = try DocumentationPage("docs/cloud.md")
        // Nothing that can be typed stands there untyped.
        #expect(page.blocks.filter { $0.language == "sh" }.map(\.line) == [])
        #expect(page.blocks.count(where: \.isTyped) > 10)
        try await DroverProcess.with { drover in
            try FileManager.default.createSymbolicLink(
                at: drover.folder.appendingPathComponent("playbooks"),
                withDestinationURL: DroverProcess.project.appendingPathComponent("playbooks"))
            try ExampleFolder(of: page).fill(drover)
            var cloud: DroverProcess.Running?
            do {
                try await type(page, drover, &cloud)
            } catch {
                _ = await Self.end(cloud)
                throw error
            }
            #expect(await Self.end(cloud) == "")
        }
    }

    private func type(_ page: DocumentationPage, _ drover: DroverProcess, _ cloud: inout DroverProcess.Running?)
        async throws
    {
        var playbook: CodeBlock?
        var farms: Set<String> = []
        for block in page.blocks {
            if block.isPlaybook || block.isRefused { playbook = block }
            if block.isFarm {
                let name = try #require(block.firstLine.split(separator: " ").last, "\(block.line)")
                try drover.write(block.text, to: String(name))
                farms.insert(String(name))
            }
            guard block.isTyped else { continue }
            let commands = TypedCommand.all(in: block)
            let mayFail = playbook?.isRefused == true || block.introduction.lowercased().contains("this fails")
            if let text = playbook?.text {
                let names = commands.flatMap(\.words).filter { $0.hasSuffix(".yml") }
                try drover.write(text, to: try #require(names.first, "\(block.line)"))
                playbook = nil
            }
            for (index, command) in commands.enumerated() {
                farms.subtract(command.words)
                guard command.words.last == "&" else {
                    let fails = mayFail && index == commands.count - 1
                    try await drover.type(command, fails: fails, at: block, environment: Self.environment)
                    continue
                }
                #expect(await Self.end(cloud) == "")
                cloud = try await start(command, in: drover)
            }
        }
        #expect(playbook == nil, "nothing is typed below \(String(describing: playbook))")
        #expect(farms.isEmpty, "nothing is done with \(farms)")
    }

    /// Starts what the page leaves running, and waits until its farm file is there.
    private func start(_ command: TypedCommand, in drover: DroverProcess) async throws -> DroverProcess.Running {
        let place = try #require(command.words.firstIndex(of: "--farm-file"), "\(command.line)")
        let path = drover.folder.appendingPathComponent(command.words[place + 1]).path
        try? FileManager.default.removeItem(atPath: path)
        let running = try drover.start(Array(command.words.dropFirst().dropLast()))
        for _ in 0..<3000 where access(path, F_OK) != 0 { try await Task.sleep(for: .milliseconds(10)) }
        return running
    }

    /// Ends it, and tells what it complained about.
    private static func end(_ running: DroverProcess.Running?) async -> String {
        running?.signal(SIGINT)
        return await running?.ended().error ?? ""
    }
}
