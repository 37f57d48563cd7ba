import Lanes
import Synchronization

/// Hashes large files from the last one on, while ``PieceHasher`` goes through them from the first, until they meet.
///
/// One file's hash keeps one core busy for longer than its writing takes; without this the other cores would wait for it.
/// The file is read a second time, mostly from the page cache, which costs a tenth of the hash.
struct ApartHasher {
    /// A smaller file is not worth the second reading.
    private static let worthIt: Int64 = 8 << 20

    let reading: Reading

    func run() {
        guard let known = reading.known else { return }
        var cursors = reading.tree.roots.map { FolderCursor(root: $0.path) }
        for job in reading.plan.jobs.reversed() {
            guard case .large(let index, _) = job else { continue }
            let entry = reading.tree.entries[index]
            // What it changed to may still be packed, and then only the packer knows what that was.
            guard entry.stamp.size >= Self.worthIt, !entry.hasHoles, known(entry) == nil,
                let file = try? cursors[entry.root].open(entry.path), file.stamp == entry.stamp
            else { continue }
            guard reading.ring.error == nil else { return }
            guard reading.claims.takeApart(index) else { continue }
            hash(index, file)
            reading.claims.finishApart()
        }
    }

    private func hash(_ index: Int, _ file: borrowing LocalFile) {
        let path = reading.path(of: reading.tree.entries[index])
        do throws(SystemError) {
            guard let digest = try file.hash(while: { reading.ring.error == nil }) else { return }
            guard file.isUnchanged() else { return reading.ring.giveUp(.changed(path)) }
            reading.hashes.withLock { $0[index] = digest }
        } catch {
            reading.ring.giveUp(.unreadable(path, error))
        }
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
