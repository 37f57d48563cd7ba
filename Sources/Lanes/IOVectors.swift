import Glibc

/// Room for the vectors of one `writev`, used by all sockets of a lane in turn.
final class IOVectors {
    private let storage: UnsafeMutableBufferPointer<iovec>
    private(set) var count = 0
    private(set) var byteCount = 0

    init(capacity: Int) {
        storage = .allocate(capacity: capacity)
    }

    deinit { storage.deallocate() }

    var isFull: Bool { count == storage.count }

    func clear() {
        count = 0
        byteCount = 0
    }

    func append(_ bytes: UnsafeRawBufferPointer) {
        storage[count] = iovec(iov_base: UnsafeMutableRawPointer(mutating: bytes.baseAddress), iov_len: bytes.count)
        count += 1
        byteCount += bytes.count
    }

    /// Writes all vectors in one call; what `writev` answers.
    func write(to descriptor: CInt) -> Int { writev(descriptor, storage.baseAddress, CInt(count)) }
}
