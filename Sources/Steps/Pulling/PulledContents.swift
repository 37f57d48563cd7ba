import Crypto
import Farm
import Glibc
import Lanes
import Synchronization

/// The contents of the files that a run has pulled, so that equal ones take room once.
///
/// Equal files become names of one file (hard links), and read-only, since what is written to one would show in all.
/// A run that goes on after its program was killed begins with nothing known.
public final class PulledContents: Sendable {
    /// The file that holds a content, as it looked when it was kept.
    private struct Holder {
        let path: String
        let inode: UInt64
        let seconds: Int
        let nanoseconds: Int
    }

    /// More are not remembered.
    private static let most = 500_000

    private let known = Mutex<[SHA256Digest: Holder]>([:])

    /// Knows of nothing yet.
    public init() {}

    /// Gives a whole file its name, or the name to an equal file that is there already.
    ///
    /// - Returns: Whether an equal file was there.
    /// - Throws: ``SystemError``.
    func keep(_ file: PulledFile, size: UInt64, digest: SHA256Digest) throws -> Bool {
        // An empty file takes no room.
        guard size > 0 else {
            try file.keep()
            return false
        }
        let place = file.place.path
        if let holder = known.withLock({ $0[digest] }), holder.path != place, Self.link(holder, size, to: file.place) {
            file.drop()
            return true
        }
        try file.keep()
        var status = stat()
        guard lstat(place, &status) == 0 else { throw SystemError("look at \(place)") }
        let holder = Holder(
            path: place, inode: UInt64(status.st_ino), seconds: status.st_mtim.tv_sec,
            nanoseconds: status.st_mtim.tv_nsec)
        known.withLock { known in
            if known.count < Self.most || known[digest] != nil { known[digest] = holder }
        }
        return false
    }

    /// Puts the holder's file under another name; false when it is not what it was, or the file system will not.
    private static func link(_ holder: Holder, _ size: UInt64, to place: ContainedPath) -> Bool {
        let temporary = PulledFile.temporaryPath(for: place) + "-link"
        unlink(temporary)
        guard Glibc.link(holder.path, temporary) == 0 else { return false }
        // A renaming between two names of one file does nothing and leaves both.
        defer { unlink(temporary) }
        var status = stat()
        // Looked at behind the new name, since somebody may have replaced the holder's.
        guard lstat(temporary, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
            UInt64(status.st_ino) == holder.inode, UInt64(clamping: status.st_size) == size,
            status.st_mtim.tv_sec == holder.seconds, status.st_mtim.tv_nsec == holder.nanoseconds,
            chmod(temporary, 0o444) == 0
        else { return false }
        return rename(temporary, place.path) == 0
    }
}
