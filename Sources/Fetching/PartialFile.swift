import Crypto
import Glibc
import Lanes

// Sendable: touched by one task of one lane at a time, and by that task's download on the same lane.

/// The part of a file that has come, hashed as it comes; locked, so that two programs do not write it together.
final class PartialFile: @unchecked Sendable {
    let place: FetchPlace
    /// How many bytes have come.
    private(set) var size: Int64 = 0
    /// Whether some of them came from an earlier answer, so that a wrong hash may be the fault of joining them.
    var isJoined = false
    private let descriptor: CInt
    private var hash = SHA256()

    private init(_ descriptor: CInt, _ place: FetchPlace) {
        self.descriptor = descriptor
        self.place = place
    }

    deinit { close(descriptor) }

    /// Opens and locks the part; nil when another program is at it.
    static func open(_ place: FetchPlace) throws(FetchError) -> PartialFile? {
        let descriptor = Glibc.open(place.partPath, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o644)
        guard descriptor >= 0 else { throw place.failure("open \(place.partPath)") }
        let file = PartialFile(descriptor, place)
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw FetchError(.file, place.operation, "\(place.partPath) is no file", advice: "move it out of the way")
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            guard errno == EWOULDBLOCK else { throw place.failure("lock \(place.partPath)") }
            return nil
        }
        // Whoever held the lock may have been done in between, and then this is the finished file and no part.
        guard let named = FileMark(path: place.partPath), named == FileMark(status) else { return nil }
        file.size = 0
        return file
    }

    /// How many bytes were there when it was opened.
    func sizeOnDisk() -> Int64 {
        var status = stat()
        return fstat(descriptor, &status) == 0 ? Int64(status.st_size) : 0
    }

    /// Takes up what is there: hashes it, with pauses in which the lane's other work goes on.
    func takeUp() async throws {
        let wanted = sizeOnDisk()
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 4096)
        defer { buffer.deallocate() }
        while size < wanted {
            try Task.checkCancellation()
            let count = pread(descriptor, buffer.baseAddress, buffer.count, off_t(size))
            guard count > 0 else { throw place.failure("read \(place.partPath)") }
            hash.update(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
            size += Int64(count)
            await Task.yield()
        }
        isJoined = size > 0
    }

    /// Forgets what has come.
    func startAnew() throws(FetchError) {
        guard ftruncate(descriptor, 0) == 0 else { throw place.failure("truncate \(place.partPath)") }
        size = 0
        hash = SHA256()
        isJoined = false
    }

    /// Adds what comes.
    func append(_ bytes: UnsafeRawBufferPointer) throws(FetchError) {
        var written = 0
        while written < bytes.count {
            let rest = UnsafeRawBufferPointer(rebasing: bytes[written...])
            let count = pwrite(descriptor, rest.baseAddress, rest.count, off_t(size))
            guard count > 0 else {
                if count < 0, errno == EINTR { continue }
                throw place.failure("write \(place.partPath)")
            }
            hash.update(UnsafeRawBufferPointer(rebasing: rest[..<count]))
            size += Int64(count)
            written += count
        }
    }

    /// Checks that so many more bytes fit on the disk.
    func requireSpace(for count: Int64) throws(FetchError) {
        var status = statvfs()
        guard fstatvfs(descriptor, &status) == 0 else { return }
        let free = Int64(
            clamping: UInt64(status.f_bavail).multipliedReportingOverflow(by: UInt64(status.f_frsize)).partialValue)
        guard free >= count else {
            throw FetchError(
                .noSpace, place.operation, "\(count) bytes are still to come, and only \(free) are free",
                advice: "free some space; what has come is kept and need not come again")
        }
    }

    /// The hash of everything that has come; to be asked once, at the end.
    func digest() -> SHA256Digest {
        var whole = SHA256()
        swap(&whole, &hash)
        return whole.finish()
    }

    /// Puts the file in its place, on disk before it has its name.
    func finish() throws(FetchError) -> FileMark {
        guard fdatasync(descriptor) == 0 else { throw place.failure("write \(place.partPath)") }
        guard rename(place.partPath, place.path) == 0 else { throw place.failure("rename to \(place.path)") }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw place.failure("stat \(place.path)") }
        return FileMark(status)
    }

    /// Removes it.
    func remove() { unlink(place.partPath) }
}
