import Crypto
import Farm
import Glibc
import Lanes
import Packing

/// Makes a file, or the contents of a folder, ready for pushing.
struct FilesSource {
    /// Which entries of a folder are meant, and which of those are left out.
    typealias Rules = (include: IgnoreRules, exclude: IgnoreRules)

    /// What is known of files that were hashed before.
    let hashes: FileHashes

    func open(
        _ path: String, _ rules: Rules = (IgnoreRules(), IgnoreRules())
    ) throws(PayloadError) -> Opened<FilesPayload> {
        let file: FilesPayload.Entry?
        let root: FileStamp
        do {
            let opened = try LocalFile.open(path)
            root = opened.stamp
            if opened.status.st_mode & S_IFMT == S_IFDIR {
                file = nil
            } else {
                guard opened.isRegular else {
                    throw PayloadError(path: path, reason: "is neither a file nor a folder")
                }
                file = FilesPayload.Entry(
                    path: Self.lastName(path), content: .bytes(try opened.mapped()),
                    mode: opened.status.st_mode & 0o777, modified: root.seconds,
                    sha256: try hash(of: opened, at: path).hex)
            }
        } catch let error as SystemError {
            let isMissing = error.errno == ENOENT
            throw PayloadError(path: path, reason: isMissing ? "does not exist" : "cannot be read: \(error.reason)")
        } catch let error as PayloadError {
            throw error
        } catch {
            throw PayloadError(path: path, reason: "cannot be read")
        }
        if let file {
            let payload = FilesPayload(isFolder: false, entries: [file], source: path)
            return Opened(value: payload, stamps: StampedPaths(root: root, below: []))
        }
        return try folder(path, rules, root: root)
    }

    /// The hash of a single file, which is the one that was opened.
    private func hash(of opened: borrowing LocalFile, at path: String) throws -> SHA256Digest {
        guard opened.status.st_size >= PackMemory.worthANote else { return try opened.hash() }
        var scan = TreeScan()
        scan.add(file: path)
        let tree = scan.finish()
        guard let entry = tree.entries.first, entry.stamp == opened.stamp, let hash = try hashes.of(tree)[entry.path]
        else { throw PayloadError(path: path, reason: "has changed while it was read") }
        return hash
    }

    private func folder(
        _ path: String, _ rules: Rules, root: FileStamp
    ) throws(PayloadError) -> Opened<FilesPayload> {
        var walk = FolderWalk(rules)
        let tree = walk.walk(path)
        guard walk.problems.isEmpty else { throw PayloadError(path: path, reason: Self.reason(for: walk.problems)) }
        var entries = walk.entries.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
        let found = try hashes.of(tree)
        for index in entries.indices {
            guard case .bytes = entries[index].content, let digest = found[entries[index].path] else { continue }
            entries[index] = entries[index].hashed(digest.hex)
        }
        let payload = FilesPayload(isFolder: true, entries: entries, source: path)
        return Opened(value: payload, stamps: StampedPaths(root: root, below: walk.stamps))
    }

    private static func reason(for problems: [TreeScan.Problem]) -> String {
        let shown = problems.prefix(3).map { "\($0.path): \($0.reason)" }.joined(separator: "; ")
        let more = problems.count > 3 ? "; and \(problems.count - 3) more" : ""
        let noun = problems.count == 1 ? "an entry" : "\(problems.count) entries"
        return "holds \(noun) that cannot be delivered: \(shown)\(more)"
    }

    private static func lastName(_ path: String) -> String { path.split(separator: "/").last.map(String.init) ?? path }
}
