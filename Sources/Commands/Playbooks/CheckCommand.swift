import ArgumentParser
import Farm
import PlaybookLanguage
import SourceText
import Steps

/// `drover check PLAYBOOK ...`: every mistake of playbooks and farm file at once, before any phone is touched.
struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Check playbooks, and the farm file if given, without touching a phone.",
        discussion: "Every mistake is reported with its place, the line, and what to do. Exit code 2 when there is one."
    )

    @ArgumentParser.Argument(help: ArgumentHelp("Playbooks to check.", valueName: "playbook"))
    var playbooks: [String]

    @Option(help: ArgumentHelp("A farm file to check too.", valueName: "file"))
    var farm: String?

    func run() throws {
        var diagnostics = Diagnostics()
        let names = try farm.map { try Self.variableNames(ofFarm: $0, &diagnostics) } ?? []
        var lines: [String] = []
        for path in playbooks {
            let file = try readSource(path, as: "playbook")
            let reader = PlaybookReader(
                vocabulary: StepCatalog.standard, externalVariables: names, sources: readInclude)
            guard let playbook = reader.read(file, &diagnostics) else { continue }
            let count = playbook.stepCount
            lines.append("\(path): sound, \(count) \(count == 1 ? "step" : "steps")")
        }
        for line in lines { Terminal.output.line(line) }
        try diagnostics.stopIfWrong()
    }

    private static func variableNames(ofFarm path: String, _ diagnostics: inout Diagnostics) throws -> Set<String> {
        let file = try readSource(path, as: "farm file")
        return FarmFile.read(file, &diagnostics)?.variableNames ?? []
    }
}
