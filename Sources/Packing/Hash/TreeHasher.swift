public import Crypto
import Lanes
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

    /// What the threads share.
    private final class Findings: Sendable {
        let next = Atomic<Int>(0)
        let hashes = Mutex<[Int: SHA256Digest]>([:])
        let failure = Mutex<PackingError?>(nil)
    }

    /// Hashes every file that is not known; blocks until all are.
    ///
    /// - Throws: ``PackingError`` when a file cannot be read, does not look as it did in the scan, or somebody asked to
    ///   stop.
    public func hash(control: PackControl = PackControl()) throws(PackingError) -> HashTree {
        let findings = Findings()
        // A thread that cannot be started is missed by nobody: this one works too.
        let threads = (1..<Processors.forWork).compactMap { _ in WorkThread { work(findings, control) } }
        work(findings, control)
        for thread in threads { thread.join() }
        if let failure = findings.failure.withLock({ $0 }) { throw failure }
        let found = findings.hashes.withLock { $0 }
        return HashTree(tree.entries, options, sizes: [:], tree.entries.indices.map { found[$0] })
    }

    private func work(_ findings: Findings, _ control: PackControl) {
        var cursors = tree.roots.map { FolderCursor(root: $0.path) }
        while true {
            let index = findings.next.wrappingAdd(1, ordering: .relaxed).oldValue
            guard index < tree.entries.count, findings.failure.withLock({ $0 == nil }) else { return }
            let entry = tree.entries[index]
            guard entry.kind == .file else { continue }
            let path = "\(tree.roots[entry.root].path)/\(entry.path)"
            do throws(SystemError) {
                var hash = known(entry)
                if hash == nil {
                    let file = try cursors[entry.root].open(entry.path)
                    hash = try file.hash()
                    // As it was in the scan, before and after it was read.
                    if file.stamp != entry.stamp || !file.isUnchanged() { hash = nil }
                }
                control.count(UInt64(entry.stamp.size))
                if let hash, !control.isCancelled {
                    findings.hashes.withLock { $0[index] = hash }
                } else {
                    let cancelled = PackingError(.cancelled, path: path, reason: "was not hashed: cancelled")
                    fail(findings, control.isCancelled ? cancelled : .changed(path))
                }
            } catch {
                fail(findings, .unreadable(path, error))
            }
        }
    }

    private func fail(_ findings: Findings, _ error: PackingError) {
        findings.failure.withLock { if $0 == nil { $0 = error } }
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
