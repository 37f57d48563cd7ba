import Archive
import Farm
import Reports

/// Prints a table of contents while the archive is read: an archive may have a million entries.
protocol ArchiveListing {
    /// Takes the next entry and where it would go.
    mutating func add(_ entry: ArchiveEntry, _ place: DeliveryPlan.Place)
    /// Prints what belongs after the last entry.
    mutating func finish(formatName: String)
}

extension ArchiveCounts {
    mutating func count(_ entry: ArchiveEntry) {
        switch entry.kind {
        case .file:
            files += 1
            // What an archive says about sizes may not fit together into 64 bits.
            bytes = bytes.addingReportingOverflow(entry.size ?? 0).overflow ? .max : bytes + (entry.size ?? 0)
        case .hardLink: files += 1
        case .folder: folders += 1
        case .link: links += 1
        case .other: others += 1
        }
    }
}

/// Gathers text and writes it in pieces.
private struct PiecewiseOutput {
    private var text = ""

    mutating func add(_ more: String) {
        text += more
        if text.utf8.count > 1 << 16 { flush() }
    }

    mutating func flush() {
        Terminal.output.write(text)
        text = ""
    }
}

/// A line for each entry, and a line for all.
struct TextListing: ArchiveListing {
    private let file: String
    private var counts = ArchiveCounts()
    private var passedOver = 0
    private var output = PiecewiseOutput()

    init(file: String) { self.file = file }

    mutating func add(_ entry: ArchiveEntry, _ place: DeliveryPlan.Place) {
        counts.count(entry)
        let first: String =
            switch entry.kind {
            case .file: entry.size.map { "\(ByteCount(Int(clamping: $0)))" } ?? "?"
            case .folder: "folder"
            case .link: "link"
            case .hardLink: "same file"
            case .other(let what): String(what.drop { $0 != " " }.dropFirst())
            }
        let mode = String(entry.mode & 0o7777, radix: 8)
        var line = Self.right(first, 10) + "  " + String(repeating: "0", count: max(0, 4 - mode.count)) + mode + "  "
        switch place {
        case .at(let path): line += ArchiveOptions.excerpt(path, longest: 1_024)
        case .nowhere: line += ArchiveOptions.excerpt(entry.path, longest: 200)
        }
        switch entry.kind {
        case .link(let text), .hardLink(let text): line += " -> " + ArchiveOptions.excerpt(text, longest: 200)
        default: break
        }
        if entry.isSparse { line += "  (sparse)" }
        if entry.isEncrypted { line += "  (encrypted)" }
        if case .nowhere(let reason) = place {
            passedOver += 1
            line += "  (passed over: \(Escaping.line(reason)))"
        }
        output.add(line + "\n")
    }

    mutating func finish(formatName: String) {
        var line = "\(Escaping.line(file)): \(Escaping.line(formatName)): \(counts)"
        if passedOver > 0 { line += "; \(passedOver) would be passed over" }
        output.add(line + "\n")
        output.flush()
    }

    private static func right(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.count)) + text
    }
}

/// One JSON object with an array of entries.
struct JSONListing: ArchiveListing {
    private let file: String
    private var counts = ArchiveCounts()
    private var isFirst = true
    private var output = PiecewiseOutput()

    init(file: String) { self.file = file }

    mutating func add(_ entry: ArchiveEntry, _ place: DeliveryPlan.Place) {
        counts.count(entry)
        output.add(isFirst ? "{\n  \"kind\": \"archive\", \"file\": \(Self.quoted(file)),\n  \"entries\": [\n" : ",\n")
        isFirst = false
        var members = ["\"path\": \(Self.quoted(entry.path))"]
        switch entry.kind {
        case .file: members.append("\"kind\": \"file\"")
        case .folder: members.append("\"kind\": \"folder\"")
        case .link(let text): members.append("\"kind\": \"link\", \"to\": \(Self.quoted(text))")
        case .hardLink(let text): members.append("\"kind\": \"hard-link\", \"to\": \(Self.quoted(text))")
        case .other: members.append("\"kind\": \"other\"")
        }
        if case .file = entry.kind, let size = entry.size { members.append("\"size\": \(size)") }
        members.append("\"mode\": \"\(String(entry.mode & 0o7777, radix: 8))\"")
        if let modified = entry.modified { members.append("\"modified\": \(modified)") }
        members.append("\"owner\": \(entry.owner), \"group\": \(entry.group)")
        if entry.isSparse { members.append("\"sparse\": true") }
        if entry.isEncrypted { members.append("\"encrypted\": true") }
        switch place {
        case .at(let path): if path != entry.path { members.append("\"delivered-to\": \(Self.quoted(path))") }
        case .nowhere(let reason): members.append("\"passed-over\": \(Self.quoted(reason))")
        }
        output.add("    {\(members.joined(separator: ", "))}")
    }

    mutating func finish(formatName: String) {
        if isFirst { output.add("{\n  \"kind\": \"archive\", \"file\": \(Self.quoted(file)),\n  \"entries\": [") }
        output.add(
            """
            \n  ],
              "format": \(Self.quoted(formatName)), "files": \(counts.files), "folders": \(counts.folders), \
            "links": \(counts.links), "others": \(counts.others), "bytes": \(counts.bytes)
            }

            """)
        output.flush()
    }

    private static func quoted(_ text: String) -> String { JSONReport.quoted(text) }
}
