import Archive
public import Crypto
import Glibc
import Lanes

/// What a packing made.
public struct PackResult: Sendable {
    /// The hashes of what was packed, under the paths of the archive; nil when they were not asked for.
    public let hashes: HashTree?
    /// How files looked that were not as the scan found them, by their path in the tree.
    public let stamps: [String: FileStamp]
    /// Files, hard links counted.
    public let files: Int
    /// Folders.
    public let folders: Int
    /// Symbolic links.
    public let links: Int
    /// Bytes of all files' content, as they were read.
    public let contentBytes: UInt64
    /// Bytes of the archive.
    public let archiveBytes: UInt64
}

/// Packs a tree into an archive: files are read ahead by a few threads, hashed by others, and written in order.
///
/// Never more than 12 MiB is held of the files, whatever their size. What changes between the scan and the end of the
/// packing is read once more where that is possible, and refused by name where it is not, so that what was packed is
/// what was there.
public struct Packer: Sendable {
    /// Takes blocks of the archive, in order; they live only during the call.
    public typealias Sink = (UnsafeRawBufferPointer) throws(PackingError) -> Void

    /// Pieces of up to 512 KiB that are held at once.
    private static let heldPieces = 24

    private let tree: Tree
    private let options: PackOptions
    private let known: (@Sendable (TreeEntry) -> SHA256Digest?)?
    /// Bytes up to which a file is hashed beside the packing, and so read twice; 1 GiB by default, as a larger one may have
    /// left the page cache by then.
    package var apartLimit: Int64 = 1 << 30

    /// Prepares a packing.
    ///
    /// - Parameters:
    ///   - tree: What a scan found.
    ///   - known: The hash of a file that looks as it did when it was hashed; nil to have it hashed.
    public init(
        _ tree: Tree, _ options: PackOptions, known: @escaping @Sendable (TreeEntry) -> SHA256Digest? = { _ in nil }
    ) {
        self.tree = tree
        self.options = options
        self.known = options.hashes ? known : nil
    }

    /// Packs into a file, which appears when it is whole, or into a device or a pipe; blocks until then.
    ///
    /// - Throws: ``PackingError``: something changed or cannot be read, the archive cannot be written, the format has no
    ///   place for a name, or somebody asked to stop.
    public func pack(to path: String, control: PackControl = PackControl()) throws(PackingError) -> PackResult {
        let file = try Self.writing(path) { () throws(SystemError) in try AtomicFile(output: path) }
        // With a name from the beginning it changes its folder, which may be one of those that are packed.
        let changed = file.isNamed ? FileStamp(of: AtomicFile.folder(of: file.path)) : nil
        let result = try pack(control, changing: changed) { (block) throws(PackingError) in
            try Self.writing(path) { () throws(SystemError) in try file.write(block) }
        }
        try Self.writing(path) { () throws(SystemError) in try file.commit() }
        return result
    }

    @discardableResult
    private static func writing<Value>(
        _ path: String, _ body: () throws(SystemError) -> Value
    ) throws(PackingError) -> Value {
        do throws(SystemError) { return try body() } catch { throw PackingError.unwritable(path, error) }
    }

    /// Packs into a sink; blocks until the sink has everything.
    ///
    /// - Throws: ``PackingError``, also what the sink throws.
    public func pack(
        control: PackControl = PackControl(), sink: @escaping Sink
    ) throws(PackingError) -> PackResult {
        try pack(control, changing: nil, sink)
    }

    private func pack(
        _ control: PackControl, changing changed: FileStamp?, _ sink: @escaping Sink
    ) throws(PackingError) -> PackResult {
        let files = tree.entries.indices.filter { index in
            switch tree.entries[index].kind {
            case .file: true
            case .hardLink: !options.format.takesHardLinks
            case .folder, .link: false
            }
        }
        let data = try stretches(files)
        let plan = PiecePlan(files, in: tree.entries, data: data)
        let reading = Reading(
            tree, plan, capacity: Self.heldPieces, apartLimit: apartLimit, known: known, control)
        var writing = ArchiveWriting(reading, options, data: options.keepsHoles ? data : [:])
        return try withThreads(reading) { (hashRest) throws(PackingError) in
            let result = try writing.run(sink, hashRest)
            try checkFolders(but: changed)
            return result
        }
    }

    /// Runs readers and hashers beside `body`, and ends when all of them have.
    private func withThreads(
        _ reading: Reading, _ body: (_ hashRest: () -> Void) throws(PackingError) -> PackResult
    ) throws(PackingError) -> PackResult {
        var threads: [WorkThread] = []
        defer { for thread in threads { thread.join() } }
        func start(_ run: @escaping @Sendable () -> Void) throws(PackingError) {
            guard let thread = WorkThread(run) else {
                let error = PackingError(.unreadable, path: "a thread", reason: "cannot be started")
                reading.ring.giveUp(error)
                throw error
            }
            threads.append(thread)
        }
        for _ in 0..<min(Processors.forWork, 4, reading.plan.jobs.count) {
            try start {
                var reader = PieceReader(reading)
                reader.run()
            }
        }
        try start { PieceHasher(reading: reading).run() }
        // This thread writes, and then hashes what is left.
        let hashers = min(max(1, Processors.forWork - 1), 3, reading.apart.count)
        // With fewer files a core for each is faster.
        let inPairs = SHA256.isFasterInPairs && reading.apart.count > hashers + 1
        for _ in 0..<hashers {
            try start {
                // Of this thread alone: hashing takes what the writer leaves of the cores.
                setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, 10)
                ApartFiles.hashAll(reading, inPairs: inPairs)
            }
        }
        do throws(PackingError) {
            return try body { ApartFiles.hashAll(reading, inPairs: inPairs) }
        } catch {
            // The readers' own reason came first when there is one.
            reading.ring.giveUp(error)
            throw reading.ring.error ?? error
        }
    }

    /// Where the data of files with holes lies.
    private func stretches(_ files: [Int]) throws(PackingError) -> [Int: [Range<UInt64>]] {
        var stretches: [Int: [Range<UInt64>]] = [:]
        var cursors = tree.roots.map { FolderCursor(root: $0.path) }
        for index in files where tree.entries[index].hasHoles && tree.entries[index].stamp.size > PiecePlan.small {
            let entry = tree.entries[index]
            do throws(SystemError) {
                let file = try cursors[entry.root].open(entry.path)
                guard file.stamp == entry.stamp else { throw SystemError("open", errno: ESTALE) }
                stretches[index] = try file.dataStretches()
            } catch {
                let path = "\(tree.roots[entry.root].path)/\(entry.path)"
                throw error.errno == ESTALE ? PackingError.changed(path) : PackingError.unreadable(path, error)
            }
        }
        return stretches
    }

    /// Whether files came or went; what they hold was looked at when they were read.
    private func checkFolders(but changed: FileStamp?) throws(PackingError) {
        func isExpected(_ stamp: FileStamp) -> Bool { changed.map { $0.isSameFile(as: stamp) } ?? false }
        for root in tree.roots where root.isWalked && !isExpected(root.stamp) {
            if FileStamp(of: root.path) != root.stamp { throw PackingError.changed(root.path) }
        }
        for folder in tree.walked where !isExpected(folder.stamp) {
            let path = "\(tree.roots[folder.root].path)/\(folder.path)"
            if FileStamp(ofLink: path) != folder.stamp { throw PackingError.changed(path) }
        }
    }
}
