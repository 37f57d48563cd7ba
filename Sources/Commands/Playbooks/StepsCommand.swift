import ArgumentParser
import CloudSteps
import Planning
import struct PlaybookLanguage.RunWord
import SourceText
import Steps

/// `drover steps [KIND]`: the manual of the step kinds, printed from the code.
struct StepsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "steps",
        abstract: "List the step kinds, or print the manual of one.",
        discussion: "Without KIND it lists what a step can be; with one it prints arguments, outputs and examples."
    )

    @Argument(help: ArgumentHelp("A step kind, such as install.", valueName: "kind"))
    var kind: String?

    @Flag(help: "Print the whole reference as Markdown, as docs/steps.md holds it.")
    var markdown = false

    func run() throws {
        let catalog = StepCatalog.whole
        if markdown { return Terminal.output.write(StepManualPrinter().markdown(of: catalog)) }
        guard let kind else { return Terminal.output.write(StepManualPrinter().list(of: catalog)) }
        if let word = RunWord(kind) { return Terminal.output.write(StepManualPrinter().text(of: word)) }
        guard let manual = catalog.manual(of: kind) else {
            let words = catalog.keywords + RunWord.all.map(\.keyword)
            let hint = suggestion(for: kind, among: words) ?? "`drover steps` lists them"
            throw CommandFailure("there is no step kind `\(kind)`; \(hint)")
        }
        Terminal.output.write(StepManualPrinter().text(of: manual))
    }
}
