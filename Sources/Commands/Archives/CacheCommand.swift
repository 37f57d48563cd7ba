import ArgumentParser
import Crypto
import Farm
import Glibc
import Packing
import Payloads
import Reports

/// `drover cache`: what was packed or fetched and is kept by its content.
struct CacheCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cache",
        abstract: "Show what is kept of packed and fetched payloads, or remove some of it.",
        discussion: """
            It is kept below $DROVER_CACHE, else $XDG_CACHE_HOME/drover, else ~/.cache/drover: contents under their \
            SHA-256, what was fetched by its address, and notes of the hashes of files that were packed or pushed. Above \
            20 GiB of contents, or of fetched files, what was used longest ago goes by itself, and so do notes that nobody \
            used for 90 days. What a running drover uses is never removed. With --farm they speak of what was brought to \
            the buckets of its accounts, too, below drover/.
            """,
        subcommands: [List.self, Prune.self], defaultSubcommand: List.self
    )

    /// All that is kept on this machine, and its folder.
    private static func shelves() throws(CommandFailure) -> (all: [any CacheShelf], path: String) {
        let variables = ProcessEnvironment.all
        guard let path = CachePlace.folder(variables), let store = ContentStore.usualPath(variables),
            let notes = PackMemory.usualFolder(variables)
        else { throw CommandFailure("there is no place for a cache; set HOME or DROVER_CACHE") }
        return ([ContentStore(at: store), FetchedFolders(in: store), HashNotes(in: notes)], path)
    }

    /// `drover cache ls`.
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "ls", abstract: "Show what is kept, the last used last.")

        @Flag(help: "Print JSON.")
        var json = false

        @Option(help: ArgumentHelp("Show what is in the buckets of this farm's accounts, too.", valueName: "file"))
        var farm: String?

        func run() async throws {
            let (shelves, path) = try CacheCommand.shelves()
            let now = Int64(time(nil))
            var staged: StagedListing?
            if let farm { staged = try await StagedContents(farm: farm).listing(now: now) }
            let listing = CacheListing(path: path, things: shelves.list(), now: now, staged: staged)
            Terminal.output.write(json ? listing.json : listing.text)
        }
    }

    /// `drover cache prune`.
    struct Prune: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "prune",
            abstract: "Remove what was used longest ago; it is packed or fetched again when needed.",
            discussion: """
                With --farm what was brought to the buckets of its accounts goes, and not what is on this machine: it is \
                listed first, and --yes removes it. A run that waits for it just now would fail. Uploads in parts that \
                runs of this machine left are ended, too.
                """)

        @Option(help: ArgumentHelp("Keep the last used that fit into this, such as 5GiB or 0B.", valueName: "size"))
        var keepBytes: SizeArgument?

        @Option(help: ArgumentHelp("Remove what was not used for this long, such as 30d.", valueName: "age"))
        var olderThan: DurationArgument?

        @Option(help: ArgumentHelp("Remove what is in the buckets of this farm's accounts.", valueName: "file"))
        var farm: String?

        @Flag(name: [.short, .long], help: "With --farm: remove without asking.")
        var yes = false

        func run() async throws {
            if let farm {
                guard keepBytes == nil else {
                    throw CommandFailure(
                        "--keep-bytes is for this machine; with --farm say --older-than, or nothing for all")
                }
                return try await StagedContents(farm: farm).prune(
                    olderThan: olderThan?.value, now: Int64(time(nil)), yes: yes)
            }
            guard !yes else { throw CommandFailure("--yes is for --farm; nobody is asked about this machine") }
            guard keepBytes != nil || olderThan != nil else {
                throw CommandFailure("what is to be kept? give --keep-bytes 5GiB or --older-than 30d")
            }
            let (shelves, _) = try CacheCommand.shelves()
            let limit = olderThan.map { Int64(time(nil)) - $0.value.components.seconds }
            let cleaning = shelves.prune(keeping: keepBytes.map { UInt64($0.value.bytes) }, usedSince: limit)
            Terminal.output.line(
                "removed \(CacheListing.sum(cleaning.removed)), kept \(CacheListing.sum(cleaning.kept))")
            let held = cleaning.kept.filter(\.isHeld)
            if !held.isEmpty { Terminal.output.line("in use: \(CacheListing.sum(held))") }
        }
    }
}
