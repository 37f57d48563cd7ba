public import Crypto
public import Glibc
public import Lanes

/// Owns the descriptor of one local file while it is read.
public struct LocalFile: ~Copyable {
    let descriptor: CInt
    /// What `fstat` told when the file was opened.
    public let status: stat

    /// Opens by path; a link is followed.
    public static func open(_ path: String) throws(SystemError) -> LocalFile {
        // Without O_NONBLOCK a pipe would make us wait for a writer.
        try taking(Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK))
    }

    /// Opens a name in a folder that is open; a link is refused with `ELOOP`.
    public static func open(_ name: String, in folder: CInt) throws(SystemError) -> LocalFile {
        try taking(openat(folder, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW))
    }

    private static func taking(_ descriptor: CInt) throws(SystemError) -> LocalFile {
        guard descriptor >= 0 else { throw SystemError("open") }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            let error = SystemError("fstat")
            close(descriptor)
            throw error
        }
        return LocalFile(descriptor: descriptor, status: status)
    }

    private init(descriptor: CInt, status: stat) {
        self.descriptor = descriptor
        self.status = status
    }

    deinit { close(descriptor) }

    /// Whether it is a regular file.
    public var isRegular: Bool { status.st_mode & S_IFMT == S_IFREG }
    /// How it looked when it was opened.
    public var stamp: FileStamp { FileStamp(status) }

    /// The bytes, mapped.
    public func mapped() throws(SystemError) -> SharedBytes {
        // The descriptor and not the path: it is certain to be the file that was looked at.
        try SharedBytes(mapping: "/proc/self/fd/\(descriptor)")
    }

    /// The bytes, copied into memory: for small files, of which a mapping each would cost more than the bytes.
    public func copied() throws(SystemError) -> SharedBytes {
        var bytes: [UInt8] = []
        try forEachChunk { bytes.append(contentsOf: $0) }
        return SharedBytes(bytes)
    }

    /// SHA-256 of the content.
    ///
    /// Read and not mapped: a mapped file that is cut short meanwhile would end the program.
    public func hash() throws(SystemError) -> SHA256Digest {
        var hash = SHA256()
        adviseSequential()
        try forEachChunk { hash.update($0) }
        return hash.finish()
    }

    /// Reads bytes at a place; fewer than there is room for only at the end or when a signal came, and 0 at the end.
    func read(_ room: UnsafeMutableRawBufferPointer, at offset: Int) throws(SystemError) -> Int {
        while true {
            let count = pread(descriptor, room.baseAddress, room.count, offset)
            if count >= 0 { return count }
            guard errno == EINTR else { throw SystemError("read") }
        }
    }

    /// Has the system read ahead.
    func adviseSequential() { posix_fadvise(descriptor, 0, 0, POSIX_FADV_SEQUENTIAL) }

    /// Whether the file still looks as it did when it was opened.
    public func isUnchanged() -> Bool {
        var now = stat()
        return fstat(descriptor, &now) == 0 && FileStamp(now) == stamp
    }

    /// Lends the content in chunks.
    private func forEachChunk(_ body: (UnsafeRawBufferPointer) -> Void) throws(SystemError) {
        let size = max(1, min(1 << 18, Int(status.st_size)))
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 4096)
        defer { buffer.deallocate() }
        var offset = 0
        while true {
            let count = try read(buffer, at: offset)
            guard count > 0 else { return }
            body(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
            offset += count
        }
    }
}
