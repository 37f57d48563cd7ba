import Archive
import ArgumentParser
import Farm
import Reports

/// `drover unpack FILE`: an archive's contents in a folder.
struct UnpackCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "unpack",
        abstract: "Unpack an archive into a folder, and nowhere else.",
        discussion: """
            Reads tar, zip, 7z and cpio, plain or compressed with gzip, zstd, lz4, xz or bzip2. Nothing is written \
            outside the folder, whatever the archive says: what is absolute, climbs with "..", is a device or a link \
            that may lead out is passed over, told of, and makes the exit code 1. A file has its name only when it is \
            whole; what is there already is replaced.
            """
    )

    /// How the result is printed.
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case text
        case json
    }

    @Argument(help: ArgumentHelp("The archive; - for standard input.", valueName: "file"))
    var file: String

    @Option(
        help: ArgumentHelp(
            "Where to; by default a new folder of the archive's name, beside you.", valueName: "folder"))
    var into: String?

    @OptionGroup var options: ArchiveOptions

    @Option(help: ArgumentHelp("text or json.", valueName: "format"))
    var format = Format.text

    func run() throws {
        let folder = try into ?? Self.folder(for: file)
        let report = try options.read(file) { (reader) throws(ArchiveError) in
            try Extraction.unpack(&reader, into: folder, stripping: options.strip, limits: options.limits)
        }
        let result = UnpackResult(file: file, folder: folder, report: report)
        Terminal.output.write(format == .json ? result.json : result.text)
        if result.isIncomplete { throw RunEnded(code: ExitStatus.someFailed.rawValue) }
    }

    /// The archive's name without its endings.
    static func folder(for file: String) throws(CommandFailure) -> String {
        guard file != "-" else { throw CommandFailure("say where to unpack standard input: --into FOLDER") }
        let endings = [
            ".tar", ".tgz", ".tzst", ".txz", ".tbz2", ".tbz", ".zip", ".7z", ".cpio", ".gz", ".zst", ".lz4", ".xz",
            ".bz2", ".obb", ".jar",
        ]
        var name = file.split(separator: "/").last.map(String.init) ?? file
        let whole = name
        while let ending = endings.first(where: { name.lowercased().hasSuffix($0) }) { name.removeLast(ending.count) }
        guard !name.isEmpty, name != whole, name != ".", name != ".." else {
            throw CommandFailure("\(file) has no ending that tells a folder's name; say --into FOLDER")
        }
        return name
    }
}

/// What became of an unpacking, in words.
struct UnpackResult {
    let file: String
    let folder: String
    let report: ExtractionReport

    /// Whether entries were passed over that nobody asked to leave out.
    var isIncomplete: Bool {
        report.passedOverCount > report.passedOver.count || report.passedOver.contains { $0.reason != .stripped }
    }

    private static let mostShown = 20

    var text: String {
        let counts = ArchiveCounts(
            files: report.files, folders: report.folders, links: report.links, others: 0, bytes: report.bytes)
        var lines = ["\(Escaping.line(file)) -> \(Escaping.line(folder)): \(counts)"]
        if report.passedOverCount > 0 {
            let noun = report.passedOverCount == 1 ? "entry" : "entries"
            lines.append("passed over \(report.passedOverCount) \(noun):")
            for entry in report.passedOver.prefix(Self.mostShown) {
                let path = entry.path.isEmpty ? "(no name)" : ArchiveOptions.excerpt(entry.path, longest: 200)
                lines.append("  \(path): \(entry.reason)")
            }
            let more = report.passedOverCount - min(report.passedOver.count, Self.mostShown)
            if more > 0 { lines.append("  and \(more) more") }
        }
        return lines.map { $0 + "\n" }.joined()
    }

    var json: String {
        func quoted(_ text: String) -> String { JSONReport.quoted(text) }
        let passedOver = report.passedOver.map {
            "\n    {\"path\": \(quoted($0.path)), \"reason\": \(quoted("\($0.reason)"))}"
        }
        let list = passedOver.isEmpty ? "[]" : "[\(passedOver.joined(separator: ","))\n  ]"
        return """
            {
              "file": \(quoted(file)), "folder": \(quoted(folder)),
              "files": \(report.files), "folders": \(report.folders), "links": \(report.links), "bytes": \(report.bytes),
              "passed-over-count": \(report.passedOverCount),
              "passed-over": \(list)
            }

            """
    }
}

/// How many entries of each kind, in one sentence.
struct ArchiveCounts: CustomStringConvertible {
    var files = 0
    var folders = 0
    var links = 0
    var others = 0
    var bytes: UInt64 = 0

    var description: String {
        var parts: [String] = []
        func add(_ count: Int, _ one: String, _ many: String) {
            if count > 0 { parts.append("\(count) \(count == 1 ? one : many)") }
        }
        add(files, "file", "files")
        add(folders, "folder", "folders")
        add(links, "link", "links")
        add(others, "other entry", "other entries")
        let list = parts.isEmpty ? "nothing" : parts.joined(separator: ", ")
        return "\(list); \(ByteCount(Int(clamping: bytes)))"
    }
}
