import Glibc
import Lanes

/// Owns one open file; closes it when it goes.
struct OwnedFile: ~Copyable {
    private let descriptor: CInt
    let path: String

    deinit { close(descriptor) }

    /// Makes a new file; one that is there already is an error.
    init(creating path: String) throws(JournalError) {
        try self.init(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_APPEND, .notWritable, "create")
    }

    /// Opens a file for appending, whatever it is.
    init(appendingTo path: String) throws(JournalError) {
        try self.init(path, O_WRONLY | O_CLOEXEC | O_APPEND, .notWritable, "open")
    }

    init(reading path: String) throws(JournalError) {
        try self.init(path, O_RDONLY | O_CLOEXEC, .notReadable, "read")
    }

    private init(_ path: String, _ flags: CInt, _ code: JournalError.Code, _ verb: String) throws(JournalError) {
        let opened = open(path, flags, 0o644)
        guard opened >= 0 else { throw JournalError(code, operation: "\(verb) \(path)", errno: errno) }
        descriptor = opened
        self.path = path
    }

    private init(descriptor: CInt, path: String) {
        self.descriptor = descriptor
        self.path = path
    }

    /// Writes all of the bytes, in as many pieces as the system wants.
    borrowing func write(_ bytes: borrowing [UInt8]) throws(JournalError) {
        do throws(SystemError) {
            try bytes.withUnsafeBufferPointer { (all) throws(SystemError) in
                try UnsafeRawBufferPointer(all).write(to: descriptor)
            }
        } catch {
            throw JournalError(.notWritable, operation: "write \(path)", errno: error.errno)
        }
    }

    /// Cuts off what a failed write may have left; best effort, since the disk is in trouble already.
    borrowing func truncate(to length: Int) { _ = ftruncate(descriptor, off_t(length)) }

    /// Waits until the disk has it.
    ///
    /// - Throws: When the disk says that it could not keep what was written; file systems that cannot wait are no error.
    borrowing func synchronize() throws(JournalError) {
        while fdatasync(descriptor) != 0 {
            switch errno {
            case EINTR: continue
            case EIO, ENOSPC, EDQUOT: throw JournalError(.notWritable, operation: "write \(path)", errno: errno)
            default: return
            }
        }
    }

    /// Another descriptor of the same open file.
    borrowing func duplicate() throws(JournalError) -> OwnedFile {
        let copy = fcntl(descriptor, F_DUPFD_CLOEXEC, 0)
        guard copy >= 0 else { throw JournalError(.notWritable, operation: "open \(path)", errno: errno) }
        return OwnedFile(descriptor: copy, path: path)
    }

    /// The file's size in bytes.
    borrowing func length() throws(JournalError) -> Int {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            throw JournalError(.notReadable, operation: "read \(path)", errno: errno)
        }
        return Int(status.st_size)
    }

    /// Up to `count` bytes from a place; fewer only at the end of the file.
    borrowing func read(at offset: Int, count: Int) throws(JournalError) -> [UInt8] {
        var piece = [UInt8](repeating: 0, count: count)
        var length = 0
        while length < count {
            let found = piece.withUnsafeMutableBytes { buffer in
                pread(descriptor, buffer.baseAddress?.advanced(by: length), count - length, off_t(offset + length))
            }
            if found < 0, errno == EINTR { continue }
            guard found >= 0 else { throw JournalError(.notReadable, operation: "read \(path)", errno: errno) }
            guard found > 0 else { break }
            length += found
        }
        piece.removeLast(count - length)
        return piece
    }

    borrowing func readAll() throws(JournalError) -> [UInt8] {
        var all: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 1 << 18)
        while true {
            let count = piece.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw JournalError(.notReadable, operation: "read \(path)", errno: errno) }
            guard count > 0 else { return all }
            all.append(contentsOf: piece[..<count])
        }
    }
}
