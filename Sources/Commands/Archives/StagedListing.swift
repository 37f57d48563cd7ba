import CloudLinks
import Farm
import Reports

/// What drover brought to buckets, for people and for programs.
struct StagedListing {
    let objects: [StagedObject]
    /// In seconds since 1970.
    let now: Int64

    var text: String {
        guard !objects.isEmpty else { return "nothing is staged in the buckets\n" }
        var lines = ""
        for bucket in Set(objects.map(\.bucket)).sorted() {
            let own = objects.filter { $0.bucket == bucket }
            for object in own {
                let size = "\(ByteCount(Int(clamping: object.byteCount)))"
                let padding = String(repeating: " ", count: max(0, 8 - size.count))
                let words = [
                    "obs://\(bucket)/\(Escaping.line(object.key))", padding + size,
                    [object.modified.map { CacheListing.age(now - $0) }, Self.end(object)].compactMap(\.self)
                        .joined(separator: ", "),
                ]
                lines += words.joined(separator: "  ") + "\n"
            }
            lines += "\(Self.sum(own)) in the bucket \(bucket) of the account \(own[0].account)\n"
        }
        return lines
    }

    var json: String {
        guard !objects.isEmpty else { return "[]" }
        let entries = objects.map { object in
            let expiry = object.expiryDay.map(JSONReport.quoted) ?? "null"
            return """
                    {"account": \(JSONReport.quoted(object.account)), "bucket": \(JSONReport.quoted(object.bucket)), \
                "key": \(JSONReport.quoted(object.key)), "bytes": \(object.byteCount), \
                "modified": \(object.modified.map(String.init) ?? "null"), "expires": \(expiry)}
                """
        }
        return "[\n\(entries.joined(separator: ",\n"))\n  ]"
    }

    private static func end(_ object: StagedObject) -> String {
        object.expiryDay.map { "expires \(Escaping.line($0))" } ?? "stays"
    }

    static func sum(_ objects: [StagedObject]) -> String {
        let bytes = ByteCount(Int(clamping: objects.reduce(0) { $0 + $1.byteCount }))
        return "\(objects.count) \(objects.count == 1 ? "object" : "objects") (\(bytes))"
    }
}
