import Crypto
import Farm
import Lanes
import Packing

/// SHA-256 of what a payload delivers, whenever it was made and wherever it lies.
///
/// Of a single file it is that of its content, as `sha256sum` prints it; of a folder it is that of a `HashTree`.
/// Permission bits are those that the payload sets, otherwise 0755 for what its owner may execute or enter and 0644 for
/// the rest, so that a umask changes nothing.
enum ContentDigest {
    /// The sum of entries as they will arrive; nil when one of them has no hash.
    static func of(_ entries: [FilesPayload.Entry], isFolder: Bool, with definition: PayloadDefinition) -> String? {
        if !isFolder, entries.count == 1 { return entries[0].sha256 }
        var lines: [HashTree.Entry] = []
        for entry in entries {
            let content: HashTree.Entry.Content
            switch entry.content {
            case .bytes(let bytes):
                guard let hash = entry.sha256.flatMap(SHA256Digest.init(hex:)) else { return nil }
                content = .file(size: UInt64(bytes.count), hash)
            case .folder: content = .folder
            case .link(let target): content = .link(to: target)
            }
            lines.append(HashTree.Entry(path: entry.path, mode: mode(of: entry, with: definition), content: content))
        }
        return HashTree(lines).root.hex
    }

    private static func mode(of entry: FilesPayload.Entry, with definition: PayloadDefinition) -> UInt32 {
        let isFolder = if case .folder = entry.content { true } else { false }
        let usual: UInt32 = isFolder || entry.mode & 0o100 != 0 ? 0o755 : 0o644
        return (isFolder ? definition.folderMode : definition.fileMode) ?? usual
    }
}
