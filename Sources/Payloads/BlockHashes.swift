import Crypto
import Dispatch
import Lanes
import Synchronization

/// Hashes a long file block by block on all cores.
enum BlockHashes {
    /// SHA-256 of every block of a file; the last may be shorter.
    static func of(_ bytes: SharedBytes, size: Int) -> [String] {
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
