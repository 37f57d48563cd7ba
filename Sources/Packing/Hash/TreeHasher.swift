public import Crypto
import Synchronization

/// Hashes a tree without packing it, several files at a time; what is known is not even opened.
public struct TreeHasher: Sendable {
    private let tree: Tree
    private let options: PackOptions
    private let known: @Sendable (TreeEntry) -> SHA256Digest?

    /// Prepares a hashing.
    ///
    /// - Parameters:
    ///   - options: Of which the prefix and the permissions count, as they are part of the hash of the whole.
    ///   - known: The hash of a file that looks as it did when it was hashed; nil to have it read.
    public init(
        _ tree: Tree, _ options: PackOptions = PackOptions(),
        known: @escaping @Sendable (TreeEntry) -> SHA256Digest? = { _ in nil }
    ) {
        self.tree = tree
        self.options = options
        self.known = known
    }

    /// Hashes every file that is not known; blocks until all are.
    ///
    /// - Throws: ``PackingError`` when a file cannot be read, does not look as it did in the scan, or somebody asked to
    ///   stop.
    public func hash(control: PackControl = PackControl()) throws(PackingError) -> HashTree {
        let findings = HashFindings(tree, known, control)
        let inPairs = SHA256.isFasterInPairs
        let work: @Sendable () -> Void = {
            let files = FilesOfTree(findings)
            HashLane.hashAll(HashLane(files), inPairs ? HashLane(files) : nil)
        }
        // A thread that cannot be started is missed by nobody: this one works too.
        let threads = (1..<Processors.forWork).compactMap { _ in WorkThread(work) }
        work()
        for thread in threads { thread.join() }
        if let failure = findings.failure.withLock({ $0 }) { throw failure }
        let found = findings.hashes.withLock { $0 }
        // Who asks to stop is answered with the first file that is missing.
        if let missing = tree.entries.indices.first(where: { tree.entries[$0].kind == .file && found[$0] == nil }) {
            throw findings.cancelled(missing)
        }
        return HashTree(tree.entries, options, sizes: [:], tree.entries.indices.map { found[$0] })
    }
}

extension HashTree {
    /// Puts the hashes of a tree's files together with the rest of it.
    ///
    /// - Parameters:
    ///   - sizes: The sizes of files that are not as the scan found them, by their place in `entries`.
    ///   - hashes: The hashes of all files, each at the place of its entry; hard links take that of their first name.
    init(_ entries: [TreeEntry], _ options: PackOptions, sizes: [Int: UInt64], _ hashes: [SHA256Digest?]) {
        var firsts: [String: Int] = [:]
        self.init(
            entries.indices.map { index in
                let entry = entries[index]
                let content: Entry.Content
                switch entry.kind {
                case .folder: content = .folder
                case .link(let text): content = .link(to: text)
                case .file, .hardLink:
                    var source = index
                    if case .hardLink(let first) = entry.kind, hashes[index] == nil { source = firsts[first] ?? index }
                    if entry.names > 1 { firsts[entry.path] = index }
                    let size = sizes[source] ?? UInt64(entries[source].stamp.size)
                    // Every file has a hash by now.
                    content = .file(size: size, hashes[source] ?? SHA256.hash(of: []))
                }
                return Entry(path: options.path(of: entry.path), mode: options.mode(of: entry), content: content)
            })
    }
}
