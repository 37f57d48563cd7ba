import ArgumentParser
import CloudSteps
import Farm
import Planning
import PlaybookLanguage
import SourceText
import Steps

/// `drover check PLAYBOOK ...`: every mistake of playbooks and farm file at once, before any phone is touched.
struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Check playbooks, or a farm file, without touching a phone.",
        discussion: """
            Every mistake is reported with its place, the line, and what to do, and so is what is sound and probably not \
            meant. Exit code 2 when there is a mistake; advice alone leaves it at 0.
            """
    )

    @ArgumentParser.Argument(help: ArgumentHelp("Playbooks to check.", valueName: "playbook"))
    var playbooks: [String] = []

    @Option(help: ArgumentHelp("A farm file to check too, or alone.", valueName: "file"))
    var farm: String?

    @Option(help: ArgumentHelp("How to tell what was found.", valueName: "format"))
    var format = DiagnosticFormat.text

    @Flag(help: "Print all rules as Markdown, as docs/rules.md holds them.")
    var rules = false

    func validate() throws {
        guard !rules, playbooks.isEmpty, farm == nil else { return }
        throw ValidationError("name a playbook, or a farm file with --farm")
    }

    func run() throws {
        if rules { return Terminal.output.write(Rule.markdown) }
        var diagnostics = Diagnostics()
        var lines: [String] = []
        let ofFarm = try farm.map { try check(farm: $0, &lines, &diagnostics) }
        let names = ofFarm?.inventory?.variableNames ?? []
        let secrets = ProcessSecrets.names(in: ProcessEnvironment.all).union(ofFarm?.secrets.map(\.name) ?? [])
        for path in playbooks {
            let file = try readPlaybook(at: path)
            let reader = PlaybookReader(
                vocabulary: StepCatalog.whole, externalVariables: names, externalSecrets: secrets,
                sources: readInclude)
            guard let playbook = reader.check(file, &diagnostics) else { continue }
            PayloadPaths.check(playbook, &diagnostics)
            MutualDeletes.look(at: playbook, &diagnostics)
            if let inventory = ofFarm?.inventory {
                var ofServices = Diagnostics()
                FarmCheck(inventory).look(at: playbook, &ofServices)
                diagnostics.add(contentsOf: ofServices)
                guard !ofServices.hasErrors else { continue }
            }
            let count = playbook.stepCount
            lines.append("\(path): sound, \(count) \(count == 1 ? "step" : "steps")")
        }
        guard format == .text else {
            Terminal.output.write(format.text(of: diagnostics, coloured: false))
            if diagnostics.hasErrors { throw RunEnded(code: ExitStatus.wrongInput.rawValue) }
            return
        }
        for line in lines { Terminal.output.line(line) }
        try diagnostics.stopIfWrong()
    }

    /// What the farm file holds; a farm that is checked alone is told to be sound.
    private func check(
        farm path: String, _ lines: inout [String], _ diagnostics: inout Diagnostics
    ) throws -> FarmFile.Contents {
        let contents = FarmFile.contents(of: try readSource(path, as: "farm file"), &diagnostics)
        guard playbooks.isEmpty, let inventory = contents.inventory else { return contents }
        let phones = inventory.phones.count
        // Of those it is their server or account that knows the phones.
        let servers = inventory.servers.count
        var words = servers == 0 || phones > 0 ? ["\(phones) \(phones == 1 ? "phone" : "phones")"] : []
        if servers > 0 { words.append("\(servers) \(servers == 1 ? "server" : "servers")") }
        lines.append("\(path): sound, \(words.joined(separator: ", "))")
        return contents
    }

    /// A playbook is checked for whatever inputs, and so takes none.
    private func readPlaybook(at path: String) throws(CommandFailure) -> SourceFile {
        do throws(CommandFailure) {
            return try readSource(path, as: "playbook")
        } catch {
            guard path.contains("=") else { throw error }
            throw CommandFailure(drawn: "\(error.text); leave inputs out: a playbook is checked for all of them")
        }
    }
}
