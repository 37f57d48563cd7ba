import Glibc
import Lanes

/// Drover's own file of known hosts, while nobody else may add to it.
///
/// Lines are added and never rewritten: hundreds of hosts may be met at once. The lock belongs to the open file, so it ends
/// with its process, however that ends.
struct LockedHostsFile: ~Copyable {
    private let descriptor: CInt

    /// How long somebody else may keep the lock; everybody needs microseconds.
    private static let patience = Duration.seconds(10)
    private static let pause = Duration.milliseconds(10)

    /// Opens the file, which is made with its folders where it is missing, and waits for its lock.
    ///
    /// - Throws: ``SystemError``; `EAGAIN` when somebody keeps the lock. `CancellationError`.
    init(_ path: String, on lane: Lane) async throws {
        let start = lane.now
        while true {
            if let opened = try Self.tryToLock(path) {
                descriptor = opened
                return
            }
            guard lane.now.since(start) < Self.patience else { throw SystemError("lock", errno: EAGAIN) }
            try await lane.sleep(for: Self.pause)
        }
    }

    deinit { close(descriptor) }

    /// - Returns: The locked file; nil when another one has the lock or the file was replaced at that moment.
    private static func tryToLock(_ path: String) throws(SystemError) -> CInt? {
        makeFolders(above: path)
        let opened = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY, 0o600)
        guard opened >= 0 else { throw SystemError("open") }
        guard flock(opened, LOCK_EX | LOCK_NB) == 0 else {
            let error = SystemError("lock")
            close(opened)
            guard error.errno == EWOULDBLOCK || error.errno == EINTR else { throw error }
            return nil
        }
        // Editors and `ssh-keygen -R` put a new file in the place of the old one.
        var (mine, current) = (stat(), stat())
        guard fstat(opened, &mine) == 0, stat(path, &current) == 0, mine.st_ino == current.st_ino else {
            close(opened)
            return nil
        }
        return opened
    }

    private static func makeFolders(above path: String) {
        for (index, character) in path.utf8.enumerated() where character == UInt8(ascii: "/") && index > 0 {
            mkdir(String(decoding: Array(path.utf8)[..<index], as: UTF8.self), 0o700)
        }
    }

    /// Adds a line in one piece; after a failure there is nothing of it.
    ///
    /// - Throws: ``SystemError`` of `write`.
    func append(line: String) throws(SystemError) {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw SystemError("fstat") }
        let bytes = Array(((endsInLine(status.st_size) ? "" : "\n") + line + "\n").utf8)
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes { buffer in
                write(descriptor, buffer.baseAddress.map { $0 + written }, buffer.count - written)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                let error = SystemError("write", errno: count < 0 ? errno : ENOSPC)
                ftruncate(descriptor, status.st_size)
                throw error
            }
            written += count
        }
    }

    private func endsInLine(_ size: off_t) -> Bool {
        guard size > 0 else { return true }
        var last: UInt8 = 0
        return pread(descriptor, &last, 1, size - 1) == 1 && last == 10
    }
}
