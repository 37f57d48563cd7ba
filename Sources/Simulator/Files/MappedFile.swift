import Glibc
import Lanes

/// Bytes that were too many for memory: a temporary file without a name, mapped for reading.
final class MappedFile {
    let buffer: UnsafeRawBufferPointer

    /// Maps `descriptor`, which may be closed afterwards; nil when the system refuses.
    init?(descriptor: CInt, size: Int) {
        guard size > 0, let start = mmap(nil, size, PROT_READ, MAP_PRIVATE, descriptor, 0), start != MAP_FAILED else {
            return nil
        }
        buffer = UnsafeRawBufferPointer(start: start, count: size)
    }

    deinit { munmap(UnsafeMutableRawPointer(mutating: buffer.baseAddress), buffer.count) }
}

// Proof: the mapping is read-only, the file behind it has no name by which anyone could change it, and it is
// unmapped only when nobody holds the object any more.
extension MappedFile: @unchecked Sendable {}

/// A temporary file without a name, written once from front to back.
struct SpoolFile: ~Copyable {
    private let descriptor: CInt

    /// Makes the file in `TMPDIR`, or `/tmp`.
    init() throws(FileError) {
        let folder = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        var template = Array("\(folder)/drover-spool-XXXXXX".utf8CString)
        descriptor = mkstemp(&template)
        guard descriptor >= 0 else { throw .noSpace }
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        unlink(template)
    }

    deinit { close(descriptor) }

    func write(_ bytes: UnsafeRawBufferPointer) throws(FileError) {
        do throws(SystemError) { try bytes.write(to: descriptor) } catch { throw .noSpace }
    }

    func map(size: Int) throws(FileError) -> MappedFile {
        guard let file = MappedFile(descriptor: descriptor, size: size) else { throw .noSpace }
        return file
    }
}
