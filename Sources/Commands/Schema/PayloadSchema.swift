import Farm
import PlaybookLanguage

/// The schema of one entry under `payloads:`.
enum PayloadSchema {
    private static let place: SchemaValue = ["type": "string", "minLength": 1]
    private static let mode: SchemaValue = .any(["type": "integer"], ["type": "string", "pattern": "^0?[0-7]{3}$"])

    static let keys: [SchemaValue.Member] = [
        .init(
            name: "from",
            value: place.described("A file, a folder, a glob, an archive, an https:// address, or obs://BUCKET/KEY.")),
        .init(
            name: "account",
            value: place.described("The account of the farm that may read the bucket of obs://.")),
        .init(
            name: "sha256",
            value: SchemaValue.any(["type": "string", "pattern": "^[0-9a-fA-F]{64}$"], .reference("expression"))
                .described("The checksum that is due; required of what is fetched.")),
        .init(
            name: "record",
            value: (["type": "boolean"] as SchemaValue).described("Keep the checksum that comes first as the due one.")),
        .init(
            name: "pack",
            value: words(PayloadDefinition.Packing.allCases.map(\.rawValue)).described(
                "How the files are put together.")),
        .init(
            name: "unpack",
            value: (["type": "boolean"] as SchemaValue).described("Whether the files inside the archive are meant.")),
        .init(name: "include", value: patterns.described("Which files are meant, by gitignore rules.")),
        .init(name: "exclude", value: patterns.described("Which of them are left out, by gitignore rules.")),
        .init(
            name: "prefix",
            value: (["type": "string", "pattern": "^[^/]"] as SchemaValue)
                .described("A relative folder in front of every path.")),
        .init(
            name: "mode",
            value: SchemaValue.any(
                mode, .object([.init(name: "files", value: mode), .init(name: "folders", value: mode)])
            ).described("Permission bits: 644, or { files: 644, folders: 755 }.")),
        .init(
            name: "owner",
            value: (["type": "string", "pattern": "^[a-z0-9_]+(:[a-z0-9_]+)?$"] as SchemaValue)
                .described("Whom the files of a tar belong to: shell, or 2000:2000.")),
        .init(
            name: "mtime",
            value: (["type": "string", "pattern": "^(keep|fixed|[0-9]{4}-[0-9]{2}-[0-9]{2}.*)$"] as SchemaValue)
                .described("The times that are told: keep, fixed, or a date.")),
        .init(
            name: "layout",
            value: words(PayloadDefinition.Layout.allCases.map(\.rawValue)).described("What paths must look like.")),
    ]

    /// A mapping, or a place alone.
    static let value: SchemaValue = .any(place, .object(keys, required: ["from"]))

    private static let patterns: SchemaValue = .any(["type": "string"], .list(of: ["type": "string"]))

    private static func words(_ words: [String]) -> SchemaValue { ["enum": .list(words.map { .text($0) })] }
}
