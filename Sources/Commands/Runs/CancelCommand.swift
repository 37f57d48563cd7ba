import ArgumentParser
import Farm
import Journal
import SourceText

/// `drover cancel RUN`: stops a run, or some of its phones, from another terminal.
struct CancelCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cancel",
        abstract: "Stop a running run, or some of its phones; what they were doing is cancelled.",
        discussion: "Commands that drover started on the phones are ended too. `drover resume` goes on later."
    )

    @ArgumentParser.Argument(help: ArgumentHelp("The run; the one that is running when left out.", valueName: "run"))
    var name: String?

    @Option(
        help: ArgumentHelp("Only these phones of it, by name, range or glob: rack-1-[01-04], px*.", valueName: "phones")
    )
    var phones: String?

    @OptionGroup var options: RunsOptions

    func run() throws {
        let finder = RunFinder(runs: options.runs)
        let running = finder.all().filter { RunFolder($0, in: options.runs).isRunning }
        if name == nil, running.count > 1 {
            throw CommandFailure(
                "\(running.count) runs are running: \(running.map(\.description).joined(separator: ", ")); name one")
        }
        let only = name == nil ? running.first : nil
        let folder = try only.map { RunFolder($0, in: options.runs) } ?? finder.find(name)
        guard folder.isRunning else { throw CommandFailure("\(folder.id) is not running") }
        guard let phones else {
            try send(["cancel"], to: folder)
            return Terminal.output.line("\(folder.id): asked to cancel everything")
        }
        let targets = try ReportCommand.record(of: folder).phones
        let chosen = Set(try Self.names(phones, among: targets.map(\.target.name)))
        let ended = Set(targets.lazy.filter { $0.state == .ended }.map(\.target.name))
        let names = targets.map(\.target.name).filter { chosen.contains($0) && !ended.contains($0) }
        let late = chosen.count - names.count
        let note = late == 0 ? "" : "; \(late) had ended already"
        guard !names.isEmpty else { return Terminal.output.line("\(folder.id): nothing to cancel\(note)") }
        try send(names.map { "cancel \($0)" }, to: folder)
        let list = terminalSafe(NameFolding.brief(names))
        Terminal.output.line("\(folder.id): asked to cancel \(names.count) of \(targets.count): \(list)\(note)")
    }

    private func send(_ lines: [String], to folder: RunFolder) throws(CommandFailure) {
        do {
            try RunControl.send(lines, to: folder)
        } catch {
            throw CommandFailure("\(folder.id) cannot be reached: \(error)")
        }
    }

    /// The run's own phones that a selector names; its labels and properties are not known here.
    static func names(_ text: String, among targets: [String]) throws(CommandFailure) -> [String] {
        let address = Address(host: "unknown", port: 1)
        do throws(FarmError) {
            let farm = try Inventory(phones: targets.map { Phone(name: $0, waysIn: [.tcp(address)]) })
            return try farm.select(text).phones.map(\.name)
        } catch {
            throw CommandFailure("--phones: \(error.reason)" + (error.suggestion.map { "; \($0)" } ?? ""))
        }
    }
}
