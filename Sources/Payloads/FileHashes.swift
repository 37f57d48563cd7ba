import Crypto
import Farm
import Packing

/// The hashes of files that are delivered one by one; those that look as they did in an earlier run are not read again.
struct FileHashes {
    /// Where earlier runs left what they found; nil to know nothing.
    let memory: String?

    /// SHA-256 of every file of a tree by its path, hard links included.
    ///
    /// Blocks for as long as the disk and the cores need; memory is one buffer for each core.
    ///
    /// - Throws: `PayloadError` for a file that cannot be read or has changed since it was looked at.
    func of(_ tree: Tree) throws(PayloadError) -> [String: SHA256Digest] {
        guard let memory, tree.bytes >= PackMemory.worthANote else { return try hashed(tree) { _ in nil }.byPath }
        let known = PackMemory(of: tree, in: memory)
        let found = try hashed(tree) { known.hash(of: $0) }
        // A note that cannot be written is missed by the next run alone, which reads the files again.
        if known.isWorthUpdating(with: tree) { try? known.remember(tree, found.tree, PackOptions()) }
        return found.byPath
    }

    private func hashed(
        _ tree: Tree, known: @escaping @Sendable (TreeEntry) -> SHA256Digest?
    ) throws(PayloadError) -> (tree: HashTree, byPath: [String: SHA256Digest]) {
        do throws(PackingError) {
            let hashes = try TreeHasher(tree, known: known).hash()
            var byPath: [String: SHA256Digest] = [:]
            for entry in hashes.entries {
                if case .file(_, let hash) = entry.content { byPath[entry.path] = hash }
            }
            return (hashes, byPath)
        } catch {
            let isChanged = error.code == .changed
            throw PayloadError(
                path: error.path, reason: isChanged ? "has changed while it was read" : error.reason,
                advice: isChanged ? "let what writes there finish first, then run again" : error.advice)
        }
    }
}
