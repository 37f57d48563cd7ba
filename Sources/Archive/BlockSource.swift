import Glibc

/// Fetches an archive's blocks from a caller.
///
/// A class, since the library keeps a pointer to it.
final class BlockSource {
    typealias Fill = (UnsafeMutableRawBufferPointer) throws(ArchiveError) -> Int

    private let fill: Fill
    private let block = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 4096)
    /// What the caller threw; the library knows only that it failed.
    private(set) var failure: ArchiveError?

    /// The bytes that were fetched so far.
    private(set) var count: UInt64 = 0
    /// The last eight of them.
    private(set) var tail: [UInt8] = []
    /// A first block that was fetched to look at it and is still to be given.
    private var primed: Int?

    init(_ fill: @escaping Fill) { self.fill = fill }

    /// Gives bytes that outlive the source.
    convenience init(_ memory: UnsafeRawBufferPointer) {
        var given = 0
        self.init { (buffer) throws(ArchiveError) in
            let count = min(buffer.count, memory.count - given)
            buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: memory[given..<given + count]))
            given += count
            return count
        }
    }

    /// Reads a file from where it stands, or a pipe.
    convenience init(descriptor: CInt) {
        self.init { (buffer) throws(ArchiveError) in
            while true {
                let count = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
                if count >= 0 { return count }
                guard errno == EINTR else {
                    throw ArchiveError(.cannotOpen, "read the archive", reason: String(cString: strerror(errno)))
                }
            }
        }
    }

    deinit { block.deallocate() }

    /// Fetches the first block.
    func prime() throws(ArchiveError) {
        if primed == nil, count == 0 { primed = try fetch() }
    }

    /// The beginning of the first block, which was fetched and not given yet.
    var start: [UInt8] { primed.map { Array(block[..<min($0, 8)]) } ?? [] }

    private func fetch() throws(ArchiveError) -> Int {
        let fetched = min(max(try fill(block), 0), block.count)
        count += UInt64(fetched)
        tail = Array((tail + block[max(0, fetched - 8)..<fetched]).suffix(8))
        return fetched
    }

    func give(_ pointer: UnsafeMutablePointer<UnsafeRawPointer?>) -> Int {
        do throws(ArchiveError) {
            let count = if let primed { primed } else { try fetch() }
            primed = nil
            pointer.pointee = UnsafeRawPointer(block.baseAddress)
            return count
        } catch {
            failure = error
            return -1
        }
    }
}
