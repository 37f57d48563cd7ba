import Crypto
import Lanes
import Synchronization

/// Large files that are hashed beside the packing and not out of its ring, handed out to one thread of several.
///
/// Two files at once take a core two thirds of the time that they take one after the other, and several cores can hash
/// at a time; what leaves the ring is one file. The file is read a second time, from the page cache, for a quarter of
/// what its hash takes.
final class ApartFiles: HashWork {
    private let reading: Reading
    private var cursors: [FolderCursor]

    private init(_ reading: Reading) {
        self.reading = reading
        cursors = reading.tree.roots.map { FolderCursor(root: $0.path) }
    }

    /// Hashes files on the calling thread until none is left.
    ///
    /// - Parameter inPairs: Two at once.
    static func hashAll(_ reading: Reading, inPairs: Bool) {
        let files = ApartFiles(reading)
        HashLane.hashAll(HashLane(files), inPairs ? HashLane(files) : nil)
    }

    var isWanted: Bool { reading.ring.error == nil && !reading.control.isCancelled }

    func nextFile() -> OpenedFile? {
        while let index = reading.apart.take() {
            let entry = reading.tree.entries[index]
            do throws(SystemError) {
                let file = try cursors[entry.root].open(entry.path)
                // What changed since the scan is hashed as it is now: whether it was packed like that is seen at the end.
                if file.isRegular, file.stamp.size == entry.stamp.size { return OpenedFile(index, file) }
                reading.ring.giveUp(.changed(reading.path(of: entry)))
            } catch {
                reading.ring.giveUp(reading.failure(error, entry))
            }
            reading.apart.finish()
        }
        return nil
    }

    func ended(_ opened: OpenedFile, _ hash: Result<SHA256Digest, SystemError>?) {
        let entry = reading.tree.entries[opened.index]
        switch hash {
        case nil: break
        case .failure(let error): reading.ring.giveUp(reading.failure(error, entry))
        case .success(let digest):
            if opened.file.isUnchanged() {
                reading.hashes.withLock { $0[opened.index] = HashedFile(digest: digest, stamp: opened.file.stamp) }
            } else {
                reading.ring.giveUp(.changed(reading.path(of: entry)))
            }
        }
        reading.apart.finish()
    }
}

/// The hash of a large file.
struct HashedFile {
    let digest: SHA256Digest
    /// How the file looked that was hashed; nil for what was hashed as it was packed.
    var stamp: FileStamp?
}

/// Which files are hashed apart, in the order of the archive, so that the second reading finds them in memory.
final class ApartQueue: @unchecked Sendable {
    private let files: [Int]
    private let members: Set<Int>
    private let monitor = Monitor()
    private var taken = 0
    private var finished = 0

    init(_ tree: Tree, _ plan: PiecePlan, limit: Int64, known: (@Sendable (TreeEntry) -> SHA256Digest?)?) {
        files = plan.jobs.compactMap { job in
            guard let known, case .large(let index, _) = job else { return nil }
            let entry = tree.entries[index]
            return entry.stamp.size <= limit && !entry.hasHoles && known(entry) == nil ? index : nil
        }
        members = Set(files)
    }

    var count: Int { files.count }

    /// Whether a file is one of these.
    func contains(_ entry: Int) -> Bool { members.contains(entry) }

    /// The next file, for whoever hashes it; nil when all are taken.
    func take() -> Int? {
        monitor.locked {
            guard taken < files.count else { return nil }
            taken += 1
            return files[taken - 1]
        }
    }

    /// Says that a file that was taken is hashed, or was given up.
    func finish() {
        monitor.locked {
            finished += 1
            monitor.wakeAll()
        }
    }

    /// Waits until nobody hashes any more of those that were taken.
    func wait() {
        monitor.locked { while finished < taken { monitor.wait() } }
    }
}
