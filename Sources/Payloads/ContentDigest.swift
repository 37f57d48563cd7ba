import Crypto
import Farm
import Lanes
import Packing

/// SHA-256 of what a payload delivers, whenever it was made and wherever it lies.
///
/// Of a single file it is that of its content, as `sha256sum` prints it; of a folder it is that of its `HashTree`, with
/// all its folders and the paths as they are delivered. Permission bits are those that the payload sets, otherwise 0755
/// for what its owner may execute or enter and 0644 for the rest, so that a umask changes nothing.
struct ContentDigest {
    let definition: PayloadDefinition

    /// The sum of what was opened, whose entries are those of the source with their hashes; nil when one lacks its own.
    func digest(of payload: FilesPayload) -> String? {
        guard payload.isFolder else { return payload.entries.first?.sha256 }
        var entries: [HashTree.Entry] = []
        var folders: Set<String> = []
        for entry in payload.entries {
            // A folder that holds something is no entry of its own.
            for place in entry.path.indices where entry.path[place] == "/" {
                folders.insert(String(entry.path[..<place]))
            }
            let content: HashTree.Entry.Content
            switch entry.content {
            case .bytes(let bytes):
                guard let hash = entry.sha256.flatMap({ SHA256Digest(hex: $0) }) else { return nil }
                content = .file(size: UInt64(bytes.count), hash)
            case .link(let target): content = .link(to: target)
            case .folder:
                folders.insert(entry.path)
                continue
            }
            let mode = definition.fileMode ?? (entry.mode & 0o100 != 0 ? 0o755 : 0o644)
            entries.append(HashTree.Entry(path: definition.prefix + entry.path, mode: mode, content: content))
        }
        let mode = definition.folderMode ?? 0o755
        entries += folders.map { HashTree.Entry(path: definition.prefix + $0, mode: mode, content: .folder) }
        return HashTree(entries).root.hex
    }
}
