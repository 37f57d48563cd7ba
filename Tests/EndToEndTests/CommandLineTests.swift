import Testing

@Suite("The command line", .timeLimit(.minutes(5)))
struct CommandLineTests {
    @Test func `help goes to standard output and is a success`() async throws {
        let drover = try DroverProcess()
        defer { drover.remove() }
        let result = try await drover.run(["--help"])
        #expect(result.exitCode == 0)
        #expect(result.output.contains("USAGE: drover <subcommand>"))
        #expect(result.error.isEmpty)
    }

    @Test("a command line that cannot be understood ends with 2", arguments: [["--nonsense"], ["no-such-command"]])
    func mistakes(arguments: [String]) async throws {
        let drover = try DroverProcess()
        defer { drover.remove() }
        let result = try await drover.run(arguments)
        #expect(result.exitCode == 2)
        #expect(result.error.lowercased().hasPrefix("error:"))
        #expect(result.output.isEmpty)
    }
}
