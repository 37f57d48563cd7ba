import Farm
import Synchronization

/// Keeps a small file from a phone in memory.
final class MemorySink: PullSink {
    /// More came than is taken.
    struct TooLarge: Error {}

    private let limit: Int
    private let kept = Mutex<[UInt8]>([])

    init(limit: Int) { self.limit = limit }

    var bytes: [UInt8] { kept.withLock { $0 } }

    func take(_ bytes: UnsafeRawBufferPointer) throws {
        try kept.withLock { kept in
            guard kept.count + bytes.count <= limit else { throw TooLarge() }
            kept.append(contentsOf: bytes)
        }
    }
}
