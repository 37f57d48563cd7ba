import Archive
import Glibc

/// Where the bytes of an APK are: behind a descriptor or in memory.
///
/// Used inside one call, never kept.
enum ByteSource {
    case file(CInt, path: String, size: UInt64)
    case memory(UnsafeRawBufferPointer, name: String)

    var size: UInt64 {
        switch self {
        case .file(_, _, let size): size
        case .memory(let bytes, _): UInt64(bytes.count)
        }
    }

    /// What errors call the source.
    var path: String {
        switch self {
        case .file(_, let path, _): path
        case .memory(_, let name): name
        }
    }

    /// Reads exactly `count` bytes; a file that has become shorter meanwhile is an error.
    ///
    /// Files are read and not mapped here: a mapped file that somebody cuts short would end the program.
    func read(_ count: Int, at offset: UInt64) throws(APKError) -> [UInt8] {
        guard offset <= size, UInt64(count) <= size - offset else {
            throw APKError(.truncated, path, "ends too early")
        }
        switch self {
        case .memory(let bytes, _): return Array(bytes[Int(offset)..<Int(offset) + count])
        case .file(let descriptor, _, _):
            var bytes = [UInt8](repeating: 0, count: count)
            var filled = 0
            while filled < count {
                let amount = bytes.withUnsafeMutableBytes { buffer in
                    pread(descriptor, buffer.baseAddress?.advanced(by: filled), count - filled, off_t(offset) + filled)
                }
                if amount < 0, errno == EINTR { continue }
                guard amount >= 0 else { throw APKError.system(path, "cannot be read", errno) }
                guard amount > 0 else { throw APKError(.truncated, path, "became shorter while it was read") }
                filled += amount
            }
            return bytes
        }
    }

    /// Lends a reader over the entries.
    func withArchive<Result>(
        _ body: (inout ArchiveReader) throws(ArchiveError) -> Result
    ) throws(ArchiveError) -> Result {
        switch self {
        case .file(let descriptor, _, _):
            var reader = try ArchiveReader(descriptor: descriptor, blockSize: 1 << 14)
            return try body(&reader)
        case .memory(let bytes, _):
            return try ArchiveReader.read(bytes, body)
        }
    }

    /// Opens a regular file and lends it.
    static func open<Result>(
        _ path: String, _ body: (ByteSource) throws(APKError) -> Result
    ) throws(APKError) -> Result {
        let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)  // a pipe would make us wait for a writer
        guard descriptor >= 0 else { throw APKError.system(path, "cannot be opened", errno) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw APKError.system(path, "cannot be read", errno) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            let isFolder = status.st_mode & S_IFMT == S_IFDIR
            throw APKError(.cannotRead, path, isFolder ? "is a folder, and one APK is due" : "is no regular file")
        }
        return try body(.file(descriptor, path: path, size: UInt64(status.st_size)))
    }
}

extension APKError {
    static func system(_ path: String, _ reason: String, _ code: CInt) -> APKError {
        if code == ENOENT { return APKError(.cannotRead, path, "does not exist") }
        return APKError(.cannotRead, path, "\(reason): \(String(cString: strerror(code)))")
    }
}
