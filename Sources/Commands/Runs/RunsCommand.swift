import ArgumentParser
import Farm
import Glibc
import Journal
import PlaybookLanguage
import Reports

/// `drover runs`: the runs there are, and their removal.
struct RunsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "runs",
        abstract: "List the runs, or remove old ones.",
        subcommands: [List.self, Prune.self], defaultSubcommand: List.self
    )

    /// `drover runs`, `drover runs list`.
    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list", abstract: "List the runs, the latest last.")

        @Flag(help: "Print JSON.")
        var json = false

        @OptionGroup var options: RunsOptions

        func run() throws {
            let finder = RunFinder(runs: options.runs)
            let rows = finder.all().compactMap { id -> RunListing.Row? in
                let folder = RunFolder(id, in: options.runs)
                let size = RunRemoval.size(of: folder.path)
                let isRunning = folder.isRunning
                // Hundreds of runs are listed at once; only those without an end are read from end to end.
                if !isRunning, let glance = try? JournalGlance(reading: folder.journalPath),
                    let row = RunListing.Row(id: id, glance: glance, size: size)
                {
                    return row
                }
                guard let contents = try? JournalContents(reading: folder.journalPath) else { return nil }
                return RunListing.Row(id: id, record: contents.record, isRunning: isRunning, size: size)
            }
            let listing = RunListing(rows)
            Terminal.output.write(json ? listing.json : listing.text)
        }
    }

    /// `drover runs prune`.
    struct Prune: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "prune", abstract: "Remove old runs; never one that is running.",
            discussion: "What would go is listed first; --yes removes it.")

        @Option(
            help: ArgumentHelp(
                "Keep what is younger than this, such as 30d, or this many of the latest.", valueName: "age or number"))
        var keep: String?

        @Option(help: ArgumentHelp("Keep the latest that fit into this, such as 2GB.", valueName: "size"))
        var maxSize: SizeArgument?

        @Flag(name: [.short, .long], help: "Remove without asking.")
        var yes = false

        @OptionGroup var options: RunsOptions

        func run() throws {
            guard keep != nil || maxSize != nil else {
                throw CommandFailure("what is to be kept? give --keep 30d, --keep 50 or --max-size 2GB")
            }
            let removal = RunRemoval(runs: options.runs)
            var old: [RunID] = []
            if let keep {
                if let count = Int(keep), count >= 0 {
                    old += removal.beyond(count: count)
                } else if let age = try? readDuration(keep) {
                    old += removal.older(than: age)
                } else {
                    throw CommandFailure("--keep takes an age such as 30d, or a number of runs, not `\(keep)`")
                }
            }
            if let maxSize { old += removal.beyond(bytes: Int64(maxSize.value.bytes)) }
            let names = Set(old.map(\.description)).sorted()
            guard !names.isEmpty else { return Terminal.output.line("nothing to remove") }
            for name in names { Terminal.output.line(name) }
            let what = names.count == 1 ? "this run" : "these \(names.count) runs"
            if !yes {
                guard Terminal.error.canAsk else {
                    throw CommandFailure("removing \(what) needs --yes, since nobody can be asked")
                }
                guard Terminal.error.ask("Remove \(what)? [y/N]").lowercased() == "y" else {
                    throw CommandFailure("not confirmed; nothing was removed")
                }
            }
            var removed = 0
            for name in names { if let id = RunID(name), removal.remove(id) { removed += 1 } }
            Terminal.output.line("removed \(removed) of \(names.count)")
        }
    }
}
