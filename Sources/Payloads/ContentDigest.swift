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
    /// Where paths begin; the file itself for a single one.
    let root: String

    /// The sum of what was opened, whose entries are those of the source.
    func digest(of opened: Opened<FilesPayload>) throws(PayloadError) -> String {
        let payload = opened.value
        guard payload.isFolder else { return try hash(root, stamp: opened.stamps.root).hex }
        let stamps = Dictionary(opened.stamps.below) { first, _ in first }
        var entries: [HashTree.Entry] = []
        var folders: Set<String> = []
        for entry in payload.entries {
            let content: HashTree.Entry.Content
            switch entry.content {
            case .bytes(let bytes):
                guard let stamp = stamps[entry.path] else { throw StampedPaths.changed(root, entry.path) }
                let path = root == "/" ? "/\(entry.path)" : "\(root)/\(entry.path)"
                content = .file(size: UInt64(bytes.count), try hash(path, stamp: stamp))
            case .link(let target): content = .link(to: target)
            case .folder:
                folders.insert(entry.path)
                continue
            }
            entries.append(
                HashTree.Entry(path: definition.prefix + entry.path, mode: mode(of: entry), content: content))
            for place in entry.path.indices where entry.path[place] == "/" {
                folders.insert(String(entry.path[..<place]))
            }
        }
        let mode = definition.folderMode ?? 0o755
        entries += folders.map { HashTree.Entry(path: definition.prefix + $0, mode: mode, content: .folder) }
        return HashTree(entries).root.hex
    }

    private func mode(of entry: FilesPayload.Entry) -> UInt32 {
        definition.fileMode ?? (entry.mode & 0o100 != 0 ? 0o755 : 0o644)
    }

    /// Reads and does not map: a mapped file that is cut short meanwhile would end the program.
    private func hash(_ path: String, stamp: FileStamp) throws(PayloadError) -> SHA256Digest {
        do throws(SystemError) {
            let file = try LocalFile.open(path)
            let digest = try file.hash()
            if file.stamp == stamp, file.isUnchanged() { return digest }
        } catch {
            throw PayloadError(path: path, reason: "cannot be read: \(error.reason)")
        }
        throw StampedPaths.changed(path, nil)
    }
}
