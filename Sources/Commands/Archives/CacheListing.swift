import Crypto
import Farm
import Packing
import Reports

/// The contents of the cache, for people and for programs.
struct CacheListing {
    let path: String
    let rows: [ContentStore.Row]
    let now: Int64
    /// What was brought to buckets, where that was asked for.
    var staged: StagedListing?

    var text: String { ownText + (staged?.text ?? "") }

    private var ownText: String {
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
              "contents": \(list)\(staged.map { ",\n  \"staged\": \($0.json)" } ?? "")
            }

            """
    }

    static func sum(_ rows: [ContentStore.Row]) -> String {
        let bytes = ByteCount(Int(clamping: rows.reduce(0) { $0 + $1.size }))
        return "\(rows.count) \(rows.count == 1 ? "content" : "contents") (\(bytes))"
    }

    /// How long ago something was used, in its largest unit.
    static func age(_ seconds: Int64) -> String {
        switch seconds {
        case ..<60: return "just now"
        case ..<3600: return "\(seconds / 60) min ago"
        case ..<86_400: return "\(seconds / 3600) h ago"
        default: return seconds < 2 * 86_400 ? "1 day ago" : "\(seconds / 86_400) days ago"
        }
    }
}
