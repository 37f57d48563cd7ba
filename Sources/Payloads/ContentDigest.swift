import Crypto
import Farm
import Lanes
import Packing

/// SHA-256 of what a payload delivers, whenever it was made and wherever it lies.
///
/// Of a single file it is that of its content, as `sha256sum` prints it; of a folder it is that of a `HashTree` with all
/// its folders, as the same folder has it when it is packed.
/// Permission bits are those that the payload sets, otherwise 0755 for what its owner may execute or enter and 0644 for
/// the rest, so that a umask changes nothing.
enum ContentDigest {
    /// The sum of entries as they will arrive; nil when one of them has no hash.
    static func of(_ entries: [FilesPayload.Entry], isFolder: Bool, with definition: PayloadDefinition) -> String? {
        if !isFolder, entries.count == 1 { return entries[0].sha256 }
        var lines: [HashTree.Entry] = []
        var folders: Set<String> = []
        for entry in entries {
            // A folder that holds something is no entry of its own; those of the prefix are not the payload's.
            for place in entry.path.utf8.indices.dropFirst(definition.prefix.utf8.count)
            where entry.path.utf8[place] == UInt8(ascii: "/") {
                folders.insert(String(entry.path[..<place]))
            }
            let content: HashTree.Entry.Content
            switch entry.content {
            case .bytes(let bytes):
                guard let hash = entry.sha256.flatMap(SHA256Digest.init(hex:)) else { return nil }
                content = .file(size: UInt64(bytes.count), hash)
            case .folder:
                folders.insert(entry.path)
                continue
            case .link(let target): content = .link(to: target)
            }
            // The bits of links are never told.
            let fileMode = definition.fileMode ?? (entry.mode & 0o100 != 0 ? 0o755 : 0o644)
            lines.append(HashTree.Entry(path: entry.path, mode: fileMode, content: content))
        }
        let mode = definition.folderMode ?? 0o755
        lines += folders.map { HashTree.Entry(path: $0, mode: mode, content: .folder) }
        return HashTree(lines).root.hex
    }
}
