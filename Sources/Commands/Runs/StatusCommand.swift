import ArgumentParser
import Journal
import Reports

/// `drover status [RUN]`: how far a run has come, asked from another terminal.
struct StatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Tell which phones of a run are in flight, at which step and since when, the oldest first."
    )

    @ArgumentParser.Argument(help: ArgumentHelp("The run; the latest when left out.", valueName: "run"))
    var name: String?

    @Flag(help: "Print JSON.")
    var json = false

    @OptionGroup var options: RunsOptions

    func run() throws {
        let finder = RunFinder(runs: options.runs)
        // Without a name the run that goes on is meant, and the latest when there is none.
        let running = name == nil ? finder.all().last { RunFolder($0, in: options.runs).isRunning } : nil
        let folder = try running.map { RunFolder($0, in: options.runs) } ?? finder.find(name)
        let isRunning = folder.isRunning
        let record = try ReportCommand.record(of: folder)
        let report = StatusReport(record, isRunning: isRunning, now: JournalWriter.machineTime())
        Terminal.output.write(json ? report.json : report.text)
    }
}
