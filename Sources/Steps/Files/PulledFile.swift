import Farm
import Glibc
import Lanes
import Synchronization

/// One local file that is being pulled: it stands under a temporary name until it is whole.
final class PulledFile: PullSink {
    private let place: ContainedPath
    private let temporary: String
    private let descriptor: Mutex<CInt>

    /// Makes the folders above it and an empty file beside its final place.
    ///
    /// - Throws: ``SystemError``.
    init(at place: ContainedPath) throws {
        self.place = place
        try Self.makeFolders(down: place.parent)
        temporary = place.parent.path + "/.drover-part"
        unlink(temporary)
        let opened = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o644)
        guard opened >= 0 else { throw SystemError("open \(temporary)") }
        descriptor = Mutex(opened)
    }

    /// Writes the next bytes.
    ///
    /// - Throws: ``SystemError``, for example when the disk is full.
    func take(_ bytes: UnsafeRawBufferPointer) throws {
        try descriptor.withLock { descriptor in
            var rest = bytes
            while !rest.isEmpty {
                let count = write(descriptor, rest.baseAddress, rest.count)
                guard count > 0 else {
                    if errno == EINTR { continue }
                    throw SystemError("write \(place.path)")
                }
                rest = UnsafeRawBufferPointer(rebasing: rest[count...])
            }
        }
    }

    /// Gives the whole file its name.
    func keep() throws {
        finish()
        guard rename(temporary, place.path) == 0 else { throw SystemError("rename \(place.path)") }
    }

    /// Removes what was written.
    func drop() {
        finish()
        unlink(temporary)
    }

    private func finish() {
        descriptor.withLock { descriptor in
            if descriptor >= 0 { close(descriptor) }
            descriptor = -1
        }
    }

    deinit { finish() }

    /// Makes a folder and those above it, down from the root that exists or is made as well.
    static func makeFolders(down folder: ContainedPath) throws {
        var path = ""
        for part in folder.path.split(separator: "/", omittingEmptySubsequences: false) {
            path += part + "/"
            guard mkdir(path, 0o755) != 0, errno != EEXIST else { continue }
            // Folders above that may not be written still can be passed through.
            guard errno != EROFS, errno != EACCES else { continue }
            throw SystemError("mkdir \(path)")
        }
    }
}
