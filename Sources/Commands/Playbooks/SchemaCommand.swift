import ArgumentParser
import CloudSteps
import Steps

/// `drover schema playbook|farm`: a JSON Schema for editors, printed from the code.
struct SchemaCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schema",
        abstract: "Print the JSON Schema of playbooks or farm files, for editors.",
        discussion: """
            Write it to a file, and name that file where your editor looks: with the YAML language server by a first line \
            `# yaml-language-server: $schema=playbook.schema.json`.
            """
    )

    /// What a schema is for.
    enum Subject: String, ExpressibleByArgument, CaseIterable {
        case playbook, farm
    }

    @Argument(help: ArgumentHelp("playbook or farm.", valueName: "what"))
    var subject: Subject

    func run() {
        switch subject {
        case .playbook: Terminal.output.write(PlaybookSchema.value(.whole).json)
        case .farm: Terminal.output.write(FarmSchema.value.json)
        }
    }
}
