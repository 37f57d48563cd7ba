import Glibc

extension KeyFile {
    /// Reads the bytes of a key file, after a look at whose it is and who else may read it.
    static func content(of path: String) throws(KeyFileError) -> KeyBytes {
        // A pipe without a writer would be waited for without end.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
        guard descriptor >= 0 else { throw cannotOpen(path, errno) }
        defer { close(descriptor) }
        let size = try checked(descriptor, path)
        return try KeyBytes(capacity: size) { (room) throws(KeyFileError) in
            var filled = 0
            while filled < size {
                let count = Glibc.read(descriptor, room.baseAddress.map { $0 + filled }, size - filled)
                if count < 0, errno == EINTR { continue }
                guard count >= 0 else { throw cannotOpen(path, errno) }
                guard count > 0 else { break }
                filled += count
            }
            return filled
        }
    }

    private static func cannotOpen(_ path: String, _ code: CInt) -> KeyFileError {
        switch code {
        case ENOENT, ENOTDIR:
            KeyFileError(.missing, path, "is not there", advice: "correct its path in the farm file")
        case EACCES, EPERM:
            KeyFileError(
                .unreadable, path, "cannot be read: permission denied", advice: "run drover as the user who owns it")
        default:
            KeyFileError(.unreadable, path, "cannot be read: \(String(cString: strerror(code)))")
        }
    }

    /// The size of the file, once it is known to be ours alone.
    private static func checked(_ descriptor: CInt, _ path: String) throws(KeyFileError) -> Int {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw cannotOpen(path, errno) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            let isFolder = status.st_mode & S_IFMT == S_IFDIR
            throw KeyFileError(
                .unreadable, path, isFolder ? "is a folder" : "is no ordinary file", advice: "name the file of the key")
        }
        // Root can read everybody's keys anyway, and in containers they often belong to the user outside.
        guard status.st_uid == geteuid() || status.st_uid == 0 || geteuid() == 0 else {
            throw KeyFileError(
                .exposed, path, "belongs to another user (\(status.st_uid)), who could change it",
                advice: "make a copy of your own with mode 600")
        }
        guard status.st_mode & 0o077 == 0 else {
            let mode = String(status.st_mode & 0o7777, radix: 8)
            throw KeyFileError(
                .exposed, path, "can be read by others (mode 0\(mode))",
                advice: "run: chmod 600 \(KeyFileError.shellQuoted(path))")
        }
        guard status.st_size <= maximumLength else {
            throw KeyFileError(
                .unreadable, path, "is larger than 64 KiB, so it is no key", advice: "name the file of the key")
        }
        guard status.st_size > 0 else { throw KeyFileError(.notAKey, path, "is empty", advice: "copy it again") }
        return Int(status.st_size)
    }
}
