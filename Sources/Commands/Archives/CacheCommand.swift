import ArgumentParser
import Crypto
import Farm
import Glibc
import Packing
import Reports

/// `drover cache`: what was packed or fetched and is kept by its content.
struct CacheCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cache",
        abstract: "Show what is kept of packed and fetched payloads, or remove some of it.",
        discussion: """
            Everything is kept under its SHA-256 below $DROVER_CACHE, else $XDG_CACHE_HOME/drover, else ~/.cache/drover. \
            Above 20 GiB what was used longest ago goes by itself. What a running drover uses is never removed.
            """,
        subcommands: [List.self, Prune.self], defaultSubcommand: List.self
    )

    private static func store() throws(CommandFailure) -> ContentStore {
        guard let path = ContentStore.usualPath(ProcessEnvironment.all) else {
            throw CommandFailure("there is no place for a cache; set HOME or DROVER_CACHE")
        }
        return ContentStore(at: path)
    }

    /// `drover cache ls`.
    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "ls", abstract: "Show what is kept, the last used last.")

        @Flag(help: "Print JSON.")
        var json = false

        func run() throws {
            let store = try CacheCommand.store()
            let listing = CacheListing(path: store.path, rows: store.list(), now: Int64(time(nil)))
            Terminal.output.write(json ? listing.json : listing.text)
        }
    }

    /// `drover cache prune`.
    struct Prune: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "prune",
            abstract: "Remove what was used longest ago; it is packed or fetched again when needed.")

        @Option(help: ArgumentHelp("Keep the last used that fit into this, such as 5GiB or 0B.", valueName: "size"))
        var keepBytes: SizeArgument?

        @Option(help: ArgumentHelp("Remove what was not used for this long, such as 30d.", valueName: "age"))
        var olderThan: DurationArgument?

        func run() throws {
            guard keepBytes != nil || olderThan != nil else {
                throw CommandFailure("what is to be kept? give --keep-bytes 5GiB or --older-than 30d")
            }
            let store = try CacheCommand.store()
            let limit = olderThan.map { Int64(time(nil)) - $0.value.components.seconds }
            let cleaning = store.prune(keeping: keepBytes.map { UInt64($0.value.bytes) }, usedSince: limit)
            Terminal.output.line(
                "removed \(CacheListing.sum(cleaning.removed)), kept \(CacheListing.sum(cleaning.kept))")
            let held = cleaning.kept.filter(\.isHeld)
            if !held.isEmpty { Terminal.output.line("in use: \(CacheListing.sum(held))") }
        }
    }
}

/// The contents of the cache, for people and for programs.
struct CacheListing {
    let path: String
    let rows: [ContentStore.Row]
    let now: Int64

    var text: String {
        guard !rows.isEmpty else { return "nothing is kept in \(Escaping.line(path))\n" }
        let lines = rows.map { row in
            let size = "\(ByteCount(Int(clamping: row.size)))"
            let padding = String(repeating: " ", count: max(0, 8 - size.count))
            return
                "\(row.hash.hex)  \(padding)\(size)  \(Self.age(now - row.lastUsed))\(row.isHeld ? ", in use" : "")\n"
        }
        return lines.joined() + "\(Self.sum(rows)) in \(Escaping.line(path))\n"
    }

    var json: String {
        let entries = rows.map { row in
            """
                {"sha256": "\(row.hash.hex)", "bytes": \(row.size), "last-used": \(row.lastUsed), "in-use": \(row.isHeld)}
            """
        }
        let list = entries.isEmpty ? "[]" : "[\n\(entries.joined(separator: ",\n"))\n  ]"
        let total = rows.reduce(0) { $0 + $1.size }
        return """
            {
              "path": \(JSONReport.quoted(path)),
              "bytes": \(total),
              "contents": \(list)
            }

            """
    }

    static func sum(_ rows: [ContentStore.Row]) -> String {
        let bytes = ByteCount(Int(clamping: rows.reduce(0) { $0 + $1.size }))
        return "\(rows.count) \(rows.count == 1 ? "content" : "contents") (\(bytes))"
    }

    /// How long ago something was used, in its largest unit.
    private static func age(_ seconds: Int64) -> String {
        switch seconds {
        case ..<60: return "just now"
        case ..<3600: return "\(seconds / 60) min ago"
        case ..<86_400: return "\(seconds / 3600) h ago"
        default: return seconds < 2 * 86_400 ? "1 day ago" : "\(seconds / 86_400) days ago"
        }
    }
}
