import Crypto
import Farm
import Packing
import Reports

/// What the cache holds, for people and for programs.
struct CacheListing {
    let path: String
    /// The least recently used first.
    let things: [CachedThing]
    let now: Int64
    /// What was brought to buckets, where that was asked for.
    var staged: StagedListing?

    var text: String { ownText + (staged?.text ?? "") }

    private var ownText: String {
        guard !things.isEmpty else { return "nothing is kept in \(Escaping.line(path))\n" }
        // Notes have names that tell nobody anything.
        let lines = things.filter { $0.kind != .notes }.map { thing in
            let size = "\(ByteCount(Int(clamping: thing.size)))"
            let padding = String(repeating: " ", count: max(0, 8 - size.count))
            let age = Self.age(now - thing.lastUsed)
            return "\(Escaping.line(thing.name))  \(padding)\(size)  \(age)\(thing.isHeld ? ", in use" : "")\n"
        }
        return lines.joined() + "\(Self.sum(things)) in \(Escaping.line(path))\n"
    }

    var json: String {
        func list(_ kind: CachedThing.Kind, _ entry: (CachedThing) -> String) -> String {
            let entries = things.filter { $0.kind == kind }.map { thing in
                """
                    {\(entry(thing)), "bytes": \(thing.size), "last-used": \(thing.lastUsed), "in-use": \(thing.isHeld)}
                """
            }
            return entries.isEmpty ? "[]" : "[\n\(entries.joined(separator: ",\n"))\n  ]"
        }
        let notes = things.filter { $0.kind == .notes }
        return """
            {
              "path": \(JSONReport.quoted(path)),
              "bytes": \(Self.bytes(things)),
              "contents": \(list(.content) { "\"sha256\": \"\($0.name)\"" }),
              "fetched": \(list(.address) { "\"address\": \(JSONReport.quoted($0.name))" }),
              "notes": {"count": \(notes.count), "bytes": \(Self.bytes(notes))}\(staged.map { ",\n  \"staged\": \($0.json)" } ?? "")
            }

            """
    }

    private static func bytes(_ things: some Sequence<CachedThing>) -> UInt64 { things.reduce(0) { $0 + $1.size } }

    /// `2 contents (3.4 MB) and 1 address (2 GB)`; the kinds that are there, and contents when there is nothing.
    static func sum(_ things: [CachedThing]) -> String {
        let parts = CachedThing.Kind.allCases.compactMap { kind -> String? in
            let own = things.filter { $0.kind == kind }
            guard !own.isEmpty || things.isEmpty && kind == .content else { return nil }
            return "\(own.count) \(word(kind, own.count)) (\(ByteCount(Int(clamping: bytes(own)))))"
        }
        guard let last = parts.last, parts.count > 1 else { return parts.joined() }
        return "\(parts.dropLast().joined(separator: ", ")) and \(last)"
    }

    private static func word(_ kind: CachedThing.Kind, _ count: Int) -> String {
        switch kind {
        case .content: count == 1 ? "content" : "contents"
        case .address: count == 1 ? "address" : "addresses"
        case .notes: count == 1 ? "note of hashes" : "notes of hashes"
        }
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
