import CLinux
import Glibc

/// Says that a run is going on: held by its process, and free again whatever becomes of that.
///
/// A lock that can be asked for without being taken: `drover status` must not stand in the way of a run that begins.
public final class RunLock: Sendable {
    private let descriptor: CInt

    /// Takes the lock of a run.
    ///
    /// - Throws: ``JournalError`` with `isRunning` when somebody holds it.
    public init(_ folder: RunFolder) throws(JournalError) {
        let path = folder.lockPath
        let opened = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard opened >= 0 else { throw JournalError(.notWritable, operation: "open \(path)", errno: errno) }
        guard drover_lock(opened) == 0 else {
            let reason = errno
            close(opened)
            guard reason == EAGAIN || reason == EACCES else {
                throw JournalError(.notWritable, operation: "lock \(path)", errno: reason)
            }
            throw JournalError(.isRunning, operation: "take \(folder.id)", reason: "it is still running")
        }
        descriptor = opened
    }

    deinit { close(descriptor) }
}

extension RunFolder {
    /// The file that a run's process holds locked while it goes on.
    var lockPath: String { "\(path)/running" }

    /// Whether a process is taking phones through the run now.
    public var isRunning: Bool {
        let opened = open(lockPath, O_RDONLY | O_CLOEXEC)
        guard opened >= 0 else { return false }
        defer { close(opened) }
        return drover_is_locked(opened) == 1
    }
}
