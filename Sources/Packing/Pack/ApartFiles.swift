import Crypto
import Lanes
import Synchronization

/// Large files from the last one on, hashed apart from the packing, while ``PieceHasher`` goes through them from the
/// first, until they meet.
///
/// One file's hash keeps one core busy for longer than its writing takes; without this the other cores would wait for it.
/// The file is read a second time, mostly from the page cache, which costs a fifth of the hash.
final class ApartFiles: HashWork {
    /// A smaller file is not worth the second reading.
    private static let worthIt: Int64 = 8 << 20

    private let reading: Reading
    private let known: @Sendable (TreeEntry) -> SHA256Digest?
    private var cursors: [FolderCursor]
    /// Jobs from here on were looked at.
    private var end: Int

    init(_ reading: Reading, known: @escaping @Sendable (TreeEntry) -> SHA256Digest?) {
        self.reading = reading
        self.known = known
        cursors = reading.tree.roots.map { FolderCursor(root: $0.path) }
        end = reading.plan.jobs.count
    }

    /// Hashes files on a thread of their own, two at once if asked.
    static func hashAll(_ reading: Reading, inPairs: Bool) {
        guard let known = reading.known else { return }
        let files = ApartFiles(reading, known: known)
        HashLane.hashAll(HashLane(files), inPairs ? HashLane(files) : nil)
    }

    /// How many files are worth it, as far as the plan tells.
    static func count(_ reading: Reading) -> Int {
        reading.plan.jobs.count { job in
            guard case .large(let index, _) = job else { return false }
            return reading.tree.entries[index].stamp.size >= worthIt
        }
    }

    var isWanted: Bool { reading.ring.error == nil }

    func nextFile() -> OpenedFile? {
        while end > 0 {
            end -= 1
            guard case .large(let index, _) = reading.plan.jobs[end] else { continue }
            let entry = reading.tree.entries[index]
            // What it changed to may still be packed, and then only the packer knows what that was.
            guard entry.stamp.size >= Self.worthIt, !entry.hasHoles, known(entry) == nil,
                let file = try? cursors[entry.root].open(entry.path), file.stamp == entry.stamp
            else { continue }
            if reading.claims.takeApart(index) { return OpenedFile(index, file) }
        }
        return nil
    }

    func ended(_ opened: OpenedFile, _ hash: Result<SHA256Digest, SystemError>?) {
        let path = reading.path(of: reading.tree.entries[opened.index])
        switch hash {
        case nil: break
        case .failure(let error): reading.ring.giveUp(.unreadable(path, error))
        case .success(let digest):
            if opened.file.isUnchanged() {
                reading.hashes.withLock { $0[opened.index] = digest }
            } else {
                reading.ring.giveUp(.changed(path))
            }
        }
        reading.claims.finishApart()
    }
}

/// Which large file is hashed by whom, so that none is hashed twice.
final class HashClaims: @unchecked Sendable {
    private let monitor = Monitor()
    private var taken: Set<Int> = []
    private var apart: [Int] = []
    private var underWay = 0

    /// Takes a file on, for whoever hashes what is packed; false when somebody else has.
    func take(_ entry: Int) -> Bool { monitor.locked { taken.insert(entry).inserted } }

    /// Takes a file on that is hashed apart from the packing; false when somebody else has.
    func takeApart(_ entry: Int) -> Bool {
        monitor.locked {
            guard taken.insert(entry).inserted else { return false }
            apart.append(entry)
            underWay += 1
            return true
        }
    }

    /// Says that a file that was taken apart is hashed, or was given up.
    func finishApart() {
        monitor.locked {
            underWay -= 1
            monitor.wakeAll()
        }
    }

    /// Waits until nobody hashes apart from the packing; which files were.
    ///
    /// Only when all files are taken, as others may come otherwise.
    func waitForApart() -> [Int] {
        monitor.locked {
            while underWay > 0 { monitor.wait() }
            return apart
        }
    }
}
