import Crypto
import Dispatch
import Farm
import Lanes
import Packing
import Synchronization

/// Hashes the files of a folder on all cores.
enum ContentHashes {
    /// What is wanted of one file.
    struct Wish: Sendable {
        let path: String
        let stamp: FileStamp
    }

    /// SHA-256 of every file, in order.
    ///
    /// Blocks for as long as the disk and the cores need; memory is one buffer for each core.
    ///
    /// - Throws: `PayloadError` for the first file that cannot be read or has changed since it was looked at.
    static func of(_ files: [Wish], in source: String) throws(PayloadError) -> [SHA256Digest] {
        let found = Mutex([SHA256Digest?](repeating: nil, count: files.count))
        let failure = Mutex<PayloadError?>(nil)
        // Large parts would leave a core idle behind one large file, single files cost a lock each.
        let width = 32
        DispatchQueue.concurrentPerform(iterations: (files.count + width - 1) / width) { part in
            guard failure.withLock({ $0 }) == nil else { return }
            let range = (part * width)..<min(files.count, (part + 1) * width)
            do {
                let digests = try range.map { try digest(of: files[$0], in: source) }
                found.withLock { found in
                    for (index, digest) in zip(range, digests) { found[index] = digest }
                }
            } catch let error as PayloadError {
                failure.withLock { $0 = $0 ?? error }
            } catch {
                failure.withLock { $0 = $0 ?? PayloadError(path: source, reason: "cannot be read: \(error)") }
            }
        }
        if let failure = failure.withLock({ $0 }) { throw failure }
        return found.withLock { $0 }.compactMap(\.self)
    }

    private static func digest(of wish: Wish, in source: String) throws -> SHA256Digest {
        do {
            let file = try LocalFile.open(wish.path)
            let digest = try file.hash()
            guard file.stamp == wish.stamp, file.isUnchanged() else {
                throw PayloadError(path: wish.path, reason: "has changed while it was read")
            }
            return digest
        } catch let error as SystemError {
            throw PayloadError(path: wish.path, reason: "cannot be read: \(error.reason)")
        }
    }

    /// SHA-256 of every block of a file; the last may be shorter.
    static func ofBlocks(in bytes: SharedBytes, size: Int) -> [String] {
        let count = (bytes.count + size - 1) / size
        let hashes = Mutex([String](repeating: "", count: count))
        DispatchQueue.concurrentPerform(iterations: count) { block in
            let hash = bytes.withUnsafeBytes { all in
                let end = min(all.count, (block + 1) * size)
                return SHA256.hash(of: UnsafeRawBufferPointer(rebasing: all[(block * size)..<end])).hex
            }
            hashes.withLock { $0[block] = hash }
        }
        return hashes.withLock { $0 }
    }
}
