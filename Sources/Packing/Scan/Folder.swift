public import Glibc
public import Lanes

/// Owns the descriptor of one open local folder; names are looked up in it, so nothing can be swapped under a path.
public struct Folder: ~Copyable {
    /// For calls that look up a name here.
    public let descriptor: CInt

    /// Opens by path; a link is followed.
    public static func open(_ path: String) throws(SystemError) -> Folder {
        try taking(Glibc.open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC))
    }

    /// Opens a folder in this one; a link is refused.
    public func folder(_ name: String) throws(SystemError) -> Folder {
        try Self.taking(openat(descriptor, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC))
    }

    private static func taking(_ descriptor: CInt) throws(SystemError) -> Folder {
        guard descriptor >= 0 else { throw SystemError("open") }
        return Folder(descriptor: descriptor)
    }

    private init(descriptor: CInt) { self.descriptor = descriptor }

    deinit { close(descriptor) }

    /// All names but `.` and `..`, sorted by their bytes.
    ///
    /// - Throws: ``SystemError`` of `readdir`.
    public func names() throws(SystemError) -> [[UInt8]] {
        // The stream takes its descriptor over; ours is still needed.
        let copy = fcntl(descriptor, F_DUPFD_CLOEXEC, 0)
        guard copy >= 0 else { throw SystemError("fcntl") }
        guard let stream = fdopendir(copy) else {
            let error = SystemError("fdopendir")
            close(copy)
            throw error
        }
        defer { closedir(stream) }
        var names: [[UInt8]] = []
        while true {
            errno = 0
            guard let entry = readdir(stream) else {
                guard errno == 0 else { throw SystemError("readdir") }
                return names.sorted { $0.lexicographicallyPrecedes($1) }
            }
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
            if name != Array(".".utf8), name != Array("..".utf8) { names.append(name) }
        }
    }

    /// Looks at a name itself, which may be a link.
    public func status(of name: String) throws(SystemError) -> stat {
        var status = stat()
        guard fstatat(descriptor, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else { throw SystemError("stat") }
        return status
    }

    /// The text of a link.
    public func link(_ name: String) throws(SystemError) -> String {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
        let count = readlinkat(descriptor, name, &buffer, buffer.count)
        guard count >= 0 else { throw SystemError("readlink") }
        guard let text = String(validating: buffer[..<count].map(UInt8.init(bitPattern:)), as: UTF8.self) else {
            throw SystemError("readlink", errno: EILSEQ)
        }
        return text
    }
}
