import Crypto
import Lanes
import Synchronization

/// What the threads share that hash a tree.
final class HashFindings: Sendable {
    let tree: Tree
    let known: @Sendable (TreeEntry) -> SHA256Digest?
    let control: PackControl
    let next = Atomic<Int>(0)
    let hashes = Mutex<[Int: SHA256Digest]>([:])
    let failure = Mutex<PackingError?>(nil)

    init(_ tree: Tree, _ known: @escaping @Sendable (TreeEntry) -> SHA256Digest?, _ control: PackControl) {
        self.tree = tree
        self.known = known
        self.control = control
    }

    func path(_ index: Int) -> String { "\(tree.roots[tree.entries[index].root].path)/\(tree.entries[index].path)" }

    func cancelled(_ index: Int) -> PackingError {
        PackingError(.cancelled, path: path(index), reason: "was not hashed: cancelled")
    }
}

/// The files of a tree, handed out to one thread of several.
final class FilesOfTree: HashWork {
    private let findings: HashFindings
    private var cursors: [FolderCursor]

    init(_ findings: HashFindings) {
        self.findings = findings
        cursors = findings.tree.roots.map { FolderCursor(root: $0.path) }
    }

    var isWanted: Bool { !findings.control.isCancelled }

    func nextFile() -> OpenedFile? {
        while true {
            let index = findings.next.wrappingAdd(1, ordering: .relaxed).oldValue
            guard index < findings.tree.entries.count, findings.failure.withLock({ $0 == nil }) else { return nil }
            let entry = findings.tree.entries[index]
            guard entry.kind == .file else { continue }
            if let hash = findings.known(entry) {
                found(hash, index)
                continue
            }
            do throws(SystemError) {
                let file = try cursors[entry.root].open(entry.path)
                if file.stamp == entry.stamp { return OpenedFile(index, file) }
                fail(.changed(findings.path(index)))
            } catch {
                fail(.unreadable(findings.path(index), error))
            }
        }
    }

    func ended(_ opened: OpenedFile, _ hash: Result<SHA256Digest, SystemError>?) {
        let index = opened.index
        switch hash {
        case nil: fail(findings.cancelled(index))
        case .failure(let error): fail(.unreadable(findings.path(index), error))
        // As it was in the scan, before and after it was read.
        case .success(let hash): opened.file.isUnchanged() ? found(hash, index) : fail(.changed(findings.path(index)))
        }
    }

    private func found(_ hash: SHA256Digest, _ index: Int) {
        findings.control.count(UInt64(findings.tree.entries[index].stamp.size))
        findings.hashes.withLock { $0[index] = hash }
    }

    private func fail(_ error: PackingError) {
        findings.failure.withLock { if $0 == nil { $0 = error } }
    }
}
