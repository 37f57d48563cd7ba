import DroverTesting
import Foundation
import Simulator
import Testing

/// What README.md shows is typed, and prints what it shows.
@Suite("The README", .timeLimit(.minutes(5)))
struct ReadmeTests {
    private let page: DocumentationPage

    init() throws { page = try DocumentationPage("README.md") }

    /// Puts into the program's folder what a reader would have there.
    private func fill(_ drover: DroverProcess) throws {
        for name in RepositoryFile.names(in: RepositoryFile.path("playbooks"))
        where name.hasSuffix(".yml") {
            try drover.write(
                try Data(contentsOf: DroverProcess.project.appendingPathComponent("playbooks/\(name)")),
                to: "playbooks/\(name)")
        }
        let app = DroverProcess.project.appendingPathComponent("fixtures/apps/game-2.apk")
        try drover.write(try Data(contentsOf: app), to: "game.apk")
        for path in ["assets/levels/1.bin", "levels/forest/trees.bin"] {
            try drover.write("bytes of \(path)", to: path)
        }
    }

    @Test func `the run at the top ends with the report that is shown`() async throws {
        let live = try #require(page.blocks.first)
        let report = try #require(page.blocks.dropFirst().first)
        let command = try #require(TypedCommand.all(in: live).first)
        var options = SimulationOptions(phones: 100)
        options.faults = [
            FaultAssignment(Fault(.refuse), .phone("sim-007")), FaultAssignment(Fault(.diskFull), .phone("sim-006")),
            FaultAssignment(Fault(.diskFull), .phone("sim-046")),
        ]
        try await PracticeFarm.with(options) { practice in
            try fill(practice.drover)
            let foreign = PracticeFarm.project("fixtures/apps/game-2-foreign.apk")
            #expect(try await practice.run("install", "sim-042", foreign).exitCode == 0)
            let result = try await practice.drover.run(Array(command.words.dropFirst()))
            #expect(result.exitCode == 1, "\(result.error)")
            let shown = report.text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
            let printed = result.output.replacingOccurrences(of: DroverProcess.program.path, with: "drover")
            #expect(TypedCommand("", expected: shown).isAnswered(by: printed), "\(printed)")
        }
    }

    @Test func `every command is typed on the farm that is shown`() async throws {
        let farm = try #require(page.yamlBlocks.first { $0.text.contains("px8-[01-24]") })
        let commands = page.blocks.filter { $0.language.isEmpty }.flatMap { block in
            block.text.split(separator: "\n").filter { $0.hasPrefix("drover ") }.map { TypedCommand(String($0)) }
        }
        #expect(commands.count > 7)
        try await PracticeFarm.with(SimulationOptions(phones: 24)) { practice in
            try fill(practice.drover)
            try practice.renamePhones()
            // The names and groups of the page at the addresses of this machine, and without the rack.
            let file = practice.drover.folder.appendingPathComponent("farm.yml")
            let groups = try #require(farm.text.range(of: "groups:")).lowerBound
            try practice.write(try String(contentsOf: file, encoding: .utf8) + farm.text[groups...], to: "farm.yml")
            let phones = try await practice.run("phones", "--save", "roster.yml")
            #expect(phones.exitCode == 0, "\(phones.error)")
            let log = ["exec", "px8-03", "--", "echo crash > /sdcard/Download/crash.log"]
            #expect(try await practice.drover.run(log).exitCode == 0)
            for command in commands { try await type(command, practice) }
            let asked = commands.filter { $0.line.contains("--allow") == false && $0.words[1] == "run" }
            #expect(asked.count == 2)
        }
    }

    private func type(_ command: TypedCommand, _ practice: PracticeFarm) async throws {
        let words = Array(command.words.dropFirst())
        let result = try await practice.drover.run(words)
        guard result.exitCode == 2, result.error.contains("since nobody can be asked") else {
            #expect(result.exitCode == 0, "\(command.line)\n\(result.error)\(result.output)")
            return
        }
        // On a terminal it asks, which the page says of these.
        #expect(words[0] == "run" || words[0] == "exec", "\(command.line)\n\(result.error)")
        let place = words.firstIndex(of: "--") ?? words.count
        let allowed = words[..<place] + ["--yes", "--allow", "data-loss"] + words[place...]
        let again = try await practice.drover.run(Array(allowed))
        #expect(again.exitCode == 0, "\(command.line)\n\(again.error)\(again.output)")
    }

    @Test func `the targets of make that it names are there`() throws {
        let makefile = try #require(RepositoryFile.text(at: RepositoryFile.path("Makefile")))
        let targets = page.text.matches(of: /make ([a-z]+)/).map { String($0.1) }
        #expect(targets.count > 2)
        for target in targets { #expect(makefile.contains("\n\(target):"), "make \(target)") }
    }
}
