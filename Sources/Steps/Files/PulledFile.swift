import Farm
import Glibc
import Lanes
import Secrets
import Synchronization

/// One local file that is being pulled: it stands under a temporary name until it is whole.
final class PulledFile: PullSink {
    /// More came than was wanted.
    struct TooLarge: Error {}

    /// Where it will be.
    let place: ContainedPath
    private let temporary: String
    private let descriptor: Mutex<CInt>
    private let left: Mutex<UInt64>
    private let redactor: Redactor
    private let stream: Mutex<RedactingStream>

    /// Makes the folders above it and an empty file beside its final place.
    ///
    /// - Parameters:
    ///   - limit: The most bytes that are taken, whatever the phone had said of the size.
    ///   - besideTemporary: Whether the usual temporary name is in use already.
    ///   - redactor: What every byte passes on its way into the file, when it is a text that drover collects.
    /// - Throws: ``SystemError``.
    init(at place: ContainedPath, limit: UInt64 = .max, besideTemporary: Bool = false, redactor: Redactor = Redactor())
        throws
    {
        self.place = place
        self.redactor = redactor
        stream = Mutex(redactor.stream())
        left = Mutex(limit)
        try Self.makeFolders(down: place.parent)
        temporary = Self.temporaryPath(for: place) + (besideTemporary ? "2" : "")
        unlink(temporary)
        let opened = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o644)
        guard opened >= 0 else { throw SystemError("open \(temporary)") }
        descriptor = Mutex(opened)
    }

    /// Writes the next bytes.
    ///
    /// - Throws: ``SystemError``, for example when the disk is full, and ``TooLarge``.
    func take(_ bytes: UnsafeRawBufferPointer) throws {
        try left.withLock { left in
            guard left >= UInt64(bytes.count) else { throw TooLarge() }
            left -= UInt64(bytes.count)
        }
        guard !redactor.isIdle else { return try write(bytes) }
        try stream.withLock { $0.add(bytes) }.withUnsafeBytes { try write($0) }
    }

    private func write(_ bytes: UnsafeRawBufferPointer) throws {
        try descriptor.withLock { try bytes.write(to: $0, call: "write \(place.path)") }
    }

    /// Gives the whole file its name.
    func keep() throws {
        try stream.withLock { $0.finish() }.withUnsafeBytes { try write($0) }
        finish()
        guard rename(temporary, place.path) == 0 else { throw SystemError("rename \(place.path)") }
    }

    /// Removes what was written.
    func drop() {
        finish()
        unlink(temporary)
    }

    /// Writes a whole file that is in memory.
    ///
    /// - Throws: ``SystemError``.
    static func keep(_ bytes: [UInt8], as place: ContainedPath) throws {
        let file = try PulledFile(at: place)
        do {
            try bytes.withUnsafeBytes { try file.take($0) }
            try file.keep()
        } catch {
            file.drop()
            throw error
        }
    }

    private func finish() {
        descriptor.withLock { descriptor in
            if descriptor >= 0 { close(descriptor) }
            descriptor = -1
        }
    }

    deinit { finish() }

    /// A name of its own for every file: a step in the background may write beside another.
    static func temporaryPath(for place: ContainedPath) -> String {
        let name = place.components.last ?? ""
        return place.parent.path + "/.drover-part" + (name.utf8.count <= 200 ? "-" + name : "")
    }

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
