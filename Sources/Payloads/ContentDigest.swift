import Crypto
import Farm
import Glibc
import Lanes

/// SHA-256 of what a payload holds, whatever it is called on the phone and whenever it was made.
///
/// Of a single file it is that of its content, as `sha256sum` prints it. Of a folder it is that of a text with one line
/// per entry, sorted by the bytes of their paths: `file MODE SHA256 PATH`, `link 777 TARGET-SHA256 PATH` and
/// `folder MODE - PATH`, where MODE is 755 for what its owner may execute or enter and 644 otherwise, each line ended by
/// a zero byte.
struct ContentDigest {
    /// Where paths begin; the file itself for a single one.
    let root: String

    func digest(of opened: Opened<FilesPayload>) throws(PayloadError) -> String {
        let payload = opened.value
        guard payload.isFolder else { return try hash(root, stamp: opened.stamps.root).hex }
        let stamps = Dictionary(opened.stamps.below) { first, _ in first }
        var tree = SHA256()
        for entry in payload.entries {
            let mode = entry.mode & 0o100 == 0 ? "644" : "755"
            let line: String
            switch entry.content {
            case .bytes:
                guard let stamp = stamps[entry.path] else { throw StampedPaths.changed(root, entry.path) }
                line = "file \(mode) \(try hash("\(root)/\(entry.path)", stamp: stamp).hex)"
            case .link(let target): line = "link 777 \(SHA256.hash(of: target).hex)"
            case .folder: line = "folder 755 -"
            }
            tree.update(Array("\(line) \(entry.path)".utf8) + [0])
        }
        return tree.finish().hex
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
