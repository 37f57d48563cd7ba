import ArgumentParser
import Glibc
import Journal
import Lanes
import Packing
import Reports

/// `drover report [RUN]`: a run's report, rendered from its journal.
struct ReportCommand: ParsableCommand {
    /// What a report can be.
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case text, json, junit
    }

    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Render a run again from its journal: for people, as JSON, or as JUnit XML.",
        discussion: "RUN is a name, the end of one such as brave-otter, or `latest`, which it is when left out."
    )

    @ArgumentParser.Argument(help: ArgumentHelp("The run.", valueName: "run"))
    var name: String?

    @Option(help: "What to render.")
    var format: Format = .text

    @Option(name: [.short, .long], help: ArgumentHelp("Write it here instead of standard output.", valueName: "file"))
    var output: String?

    @OptionGroup var options: RunsOptions

    func run() throws {
        let folder = try RunFinder(runs: options.runs).find(name)
        let record = try Self.record(of: folder)
        let terminal = Terminal.output
        let style = ReportStyle(
            isColoured: output == nil && terminal.wantsColour, width: terminal.isInteractive ? terminal.width : 100)
        let text =
            switch format {
            case .text: TerminalReport(record, style: style, folder: folder.path).text
            case .json: JSONReport(record).text
            case .junit: JUnitReport(record).text
            }
        guard let output else { return terminal.write(text) }
        do throws(SystemError) {
            // Whole or not at all: a test server must not read half a file.
            try AtomicFile.write(text, to: output)
        } catch {
            throw CommandFailure(
                "\(output): \(error.reason.lowercased())", status: error.call == "open" ? .wrongInput : .cannotGoOn)
        }
    }

    static func record(of folder: RunFolder) throws(CommandFailure) -> RunRecord {
        do {
            return try JournalContents(reading: folder.journalPath).record
        } catch {
            throw CommandFailure("\(error)")
        }
    }
}
