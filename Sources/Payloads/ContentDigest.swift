import Crypto
import Farm
import Lanes

/// SHA-256 of what a payload delivers, whenever it was made and wherever it lies.
///
/// Of a single file it is that of its content, as `sha256sum` prints it. Of a folder it is that of these five fields for
/// every entry, in the order of the bytes of the paths, each followed by a zero byte: the path as it is delivered; `f`,
/// `d` or `l` for file, folder and link; the permission bits as four octal digits (`0000` for a link); the size in
/// decimal digits (0 but for files); the file's SHA-256 in hex, the link's text, or nothing. Permission bits are those
/// that the payload sets, otherwise 0755 for what its owner may execute or enter and 0644 for the rest, so that a umask
/// changes nothing.
struct ContentDigest {
    let definition: PayloadDefinition
    /// Where paths begin; the file itself for a single one.
    let root: String

    /// The sum of what was opened, whose entries are those of the source.
    func digest(of opened: Opened<FilesPayload>) throws(PayloadError) -> String {
        let payload = opened.value
        guard payload.isFolder else { return try hash(root, stamp: opened.stamps.root).hex }
        let stamps = Dictionary(opened.stamps.below) { first, _ in first }
        var tree = SHA256()
        for entry in payload.entries {
            let mode = mode(of: entry)
            let fields: [String]
            switch entry.content {
            case .bytes(let bytes):
                guard let stamp = stamps[entry.path] else { throw StampedPaths.changed(root, entry.path) }
                let sum = try hash(root == "/" ? "/\(entry.path)" : "\(root)/\(entry.path)", stamp: stamp)
                fields = ["f", mode, "\(bytes.count)", sum.hex]
            case .folder: fields = ["d", mode, "0", ""]
            case .link(let target): fields = ["l", "0000", "0", target]
            }
            for field in [definition.prefix + entry.path] + fields { tree.update(Array(field.utf8) + [0]) }
        }
        return tree.finish().hex
    }

    private func mode(of entry: FilesPayload.Entry) -> String {
        let isFolder = if case .folder = entry.content { true } else { false }
        let usual: UInt32 = isFolder || entry.mode & 0o100 != 0 ? 0o755 : 0o644
        let mode = (isFolder ? definition.folderMode : definition.fileMode) ?? usual
        let digits = String(mode & 0o7777, radix: 8)
        return String(repeating: "0", count: 4 - digits.count) + digits
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
