import Archive

/// Entries with their contents, for tests that write archives.
struct PackedTree {
    var entries: [(entry: WrittenEntry, content: [UInt8])] = []

    /// A tree with one of everything that every format can hold.
    static var usual: PackedTree {
        var tree = PackedTree()
        tree.folder("dir")
        tree.file("dir/empty", "")
        tree.file("dir/one two", "hello", mode: 0o755)
        tree.file("dir/caf\u{e9}", "composed")
        tree.file("dir/cafe\u{301}", "combined")
        tree.file("dir/large", String(repeating: "0123456789abcdef", count: 20_000))
        tree.add(WrittenEntry(path: "dir/link", kind: .link(to: "one two")))
        return tree
    }

    mutating func folder(_ path: String) { add(WrittenEntry(path: path, kind: .folder)) }

    mutating func file(_ path: String, _ text: String, mode: UInt32 = 0o644, modified: Int64 = WrittenEntry.usualTime) {
        let content = Array(text.utf8)
        add(
            WrittenEntry(path: path, kind: .file(size: UInt64(content.count)), mode: mode, modified: modified), content)
    }

    mutating func add(_ entry: WrittenEntry, _ content: [UInt8] = []) { entries.append((entry, content)) }

    /// The archive's bytes.
    func packed(
        _ format: ArchiveFormat, _ options: ArchiveWriterOptions = ArchiveWriterOptions()
    ) throws(ArchiveError) -> [UInt8] {
        let output = Output()
        var writer = try ArchiveWriter(format, options: options) { (block) throws(ArchiveError) in
            output.bytes.append(contentsOf: block)
            output.largest = max(output.largest, block.count)
        }
        for (entry, content) in entries {
            try writer.begin(entry)
            let written = content.withUnsafeBytes { bytes in
                Result { () throws(ArchiveError) in try writer.write(bytes) }
            }
            try written.get()
        }
        try writer.finish()
        return output.bytes
    }

    private final class Output {
        var bytes: [UInt8] = []
        var largest = 0
    }
}

/// Reads an archive in memory.
func reading<Answer>(
    _ archive: [UInt8], kinds: ArchiveKinds = .all, password: String? = nil, limits: ArchiveLimits = ArchiveLimits(),
    _ body: (inout ArchiveReader) throws(ArchiveError) -> Answer
) throws(ArchiveError) -> Answer {
    let result = archive.withUnsafeBytes { memory in
        Result { () throws(ArchiveError) in
            try ArchiveReader.read(memory, kinds: kinds, password: password, limits: limits, body)
        }
    }
    return try result.get()
}

/// Each entry in a line: its kind, its path by its bytes, its content's length.
func lines(of archive: [UInt8], limits: ArchiveLimits = ArchiveLimits()) throws(ArchiveError) -> [String] {
    try reading(archive, limits: limits) { (reader) throws(ArchiveError) in try lines(of: &reader) }
}

func lines(of reader: inout ArchiveReader) throws(ArchiveError) -> [String] {
    var lines: [String] = []
    while let entry = try reader.next() {
        let kind: String =
            switch entry.kind {
            case .file: "file"
            case .folder: "folder"
            case .link(let text): "link to \(text)"
            case .hardLink(let text): "same as \(text)"
            case .other(let what): what
            }
        let count = try reader.readAll(limit: 1 << 24).count
        let path = entry.path.utf8.last == UInt8(ascii: "/") ? String(entry.path.dropLast()) : entry.path
        // Strings that differ in composition alone are equal; their bytes are not.
        let name = path.unicodeScalars.map { $0.isASCII ? String($0) : "<\(String($0.value, radix: 16))>" }.joined()
        lines.append("\(kind) \(name) \(entry.kind == .file ? count : 0)")
    }
    return lines
}
