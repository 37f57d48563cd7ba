import Glibc
import Lanes

// Sendable: the descriptor never changes.

/// Puts a tree that comes from a server into a local folder, which nothing leaves, whatever the names say.
///
/// Folders on the way are opened one by one and no link is followed. Each file is written under another name first; one
/// that was interrupted is gone on with when its size and time on the server are still the same. Of modes only the
/// permission bits are taken over, and folders stay writable for their owner.
public final class LocalTree: SFTPTreeTaker, @unchecked Sendable {
    private let root: CInt
    private let path: String
    private let skipsUnchanged: Bool

    /// Opens the folder, which must be there.
    ///
    /// - Parameter skipsUnchanged: Whether files stay as they are whose size and time are those on the server.
    /// - Throws: ``SFTPError`` with `localFailure`.
    public init(_ path: String, skipsUnchanged: Bool = false) throws(SFTPError) {
        self.path = path
        self.skipsUnchanged = skipsUnchanged
        root = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard root >= 0 else { throw Self.failure("open folder", path) }
    }

    deinit { close(root) }

    /// Makes a folder, unless it is there.
    public func makeFolder(_ entry: SFTPTreeEntry) throws {
        try inParent(of: entry) { parent, name in
            guard mkdirat(parent, name, 0o700 | mode_t(entry.attributes.mode ?? 0o755) & 0o777) != 0 else { return }
            guard errno == EEXIST else { throw failure("make folder", entry) }
            let there = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
            guard there >= 0 else { throw failure("make folder", entry) }
            close(there)
        }
    }

    /// Opens a file's part; nil when the file is there already.
    public func begin(_ entry: SFTPTreeEntry) throws -> (any SFTPTreeFile)? {
        try inParent(of: entry) { parent, name in
            if skipsUnchanged, isThere(parent, name, entry) { return nil }
            let times = "\(String(entry.attributes.size ?? 0, radix: 36))\(entry.attributes.modified ?? 0)"
            let part = SFTPPath(entry.path.name).part(tag: times).bytes.map(CChar.init(bitPattern:)) + [0]
            let flags = O_WRONLY | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC
            let file = openat(parent, part, flags, 0o600)
            guard file >= 0 else { throw failure("open", entry) }
            let folder = dup(parent)
            guard folder >= 0 else {
                defer { close(file) }
                throw failure("open", entry)
            }
            return try LocalTreeFile(file, in: folder, part: part, name: name, entry, whole(entry))
        }
    }

    private func isThere(_ parent: CInt, _ name: [CChar], _ entry: SFTPTreeEntry) -> Bool {
        var status = stat()
        return fstatat(parent, name, &status, AT_SYMLINK_NOFOLLOW) == 0 && status.st_mode & S_IFMT == S_IFREG
            && UInt64(status.st_size) == entry.attributes.size
            && Int64(status.st_mtim.tv_sec) == entry.attributes.modified.map(Int64.init)
    }

    /// Makes a link; an old one is replaced.
    public func makeLink(_ entry: SFTPTreeEntry, to target: [UInt8]) throws {
        try inParent(of: entry) { parent, name in
            let text = target.map(CChar.init(bitPattern:)) + [0]
            let part = SFTPPath(entry.path.name).part(tag: "link").bytes.map(CChar.init(bitPattern:)) + [0]
            unlinkat(parent, part, 0)
            guard symlinkat(text, parent, part) == 0 else { throw failure("make link", entry) }
            guard renameat(parent, part, parent, name) == 0 else {
                let failure = failure("make link", entry)
                unlinkat(parent, part, 0)
                throw failure
            }
        }
    }

    // MARK: Ways

    /// Opens the folders on the way one by one, follows no link, and closes them behind the call.
    private func inParent<Value>(of entry: SFTPTreeEntry, _ body: (CInt, [CChar]) throws -> Value) throws -> Value {
        guard let names = entry.path.plainNames, let last = names.last else {
            throw SFTPError(.badName, "write \(entry.path)", "this is no path below a folder")
        }
        var folder = root
        defer { if folder != root { close(folder) } }
        for name in names.dropLast() {
            let text = name.map(CChar.init(bitPattern:)) + [0]
            let next = openat(folder, text, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
            guard next >= 0 else { throw failure("open the folder of", entry) }
            if folder != root { close(folder) }
            folder = next
        }
        return try body(folder, last.map(CChar.init(bitPattern:)) + [0])
    }

    private func whole(_ entry: SFTPTreeEntry) -> String { "\(path)/\(entry.path)" }

    private func failure(_ verb: String, _ entry: SFTPTreeEntry) -> SFTPError { Self.failure(verb, whole(entry)) }

    /// The system call that has just failed, in words.
    static func failure(_ verb: String, _ path: String) -> SFTPError {
        let error = SystemError(verb)
        let advice = error.errno == ENOSPC ? "free some space here" : nil
        return SFTPError(.localFailure, "\(verb) \(path) here", error.reason, advice: advice)
    }
}

// Sendable: touched only on the lane of its download.

/// One file on its way into a local folder.
private final class LocalTreeFile: SFTPTreeFile, @unchecked Sendable {
    private(set) var offset: UInt64
    private let file: CInt
    private let folder: CInt
    private let part: [CChar]
    private let name: [CChar]
    private let entry: SFTPTreeEntry
    private let path: String
    private var position: off_t

    init(
        _ file: CInt, in folder: CInt, part: [CChar], name: [CChar], _ entry: SFTPTreeEntry, _ path: String
    ) throws(SFTPError) {
        self.file = file
        self.folder = folder
        self.part = part
        self.name = name
        self.entry = entry
        self.path = path
        offset = 0
        position = 0
        var status = stat()
        guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw SFTPError(.localFailure, "open \(path) here", "its part is no file", advice: "move it out of the way")
        }
        // More than there is cannot be its beginning.
        if UInt64(status.st_size) <= entry.attributes.size ?? 0 {
            position = status.st_size
        } else if ftruncate(file, 0) != 0 {
            throw LocalTree.failure("truncate", path)
        }
        offset = UInt64(position)
    }

    deinit {
        close(file)
        close(folder)
    }

    func write(_ bytes: UnsafeRawBufferPointer) throws {
        var rest = bytes
        while !rest.isEmpty {
            let count = pwrite(file, rest.baseAddress, rest.count, position)
            guard count > 0 else {
                if count < 0, errno == EINTR { continue }
                throw LocalTree.failure("write", path)
            }
            position += off_t(count)
            rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        }
    }

    func finish(_ result: SFTPDownloadResult) throws {
        guard fchmod(file, mode_t(entry.attributes.mode ?? 0o644) & 0o777) == 0 else {
            throw LocalTree.failure("set the mode of", path)
        }
        if let modified = result.attributes.modified {
            let time = timespec(tv_sec: time_t(modified), tv_nsec: 0)
            guard futimens(file, [time, time]) == 0 else { throw LocalTree.failure("set the time of", path) }
        }
        guard renameat(folder, part, folder, name) == 0 else { throw LocalTree.failure("rename to", path) }
    }

    /// What has come is kept, and gone on with the next time.
    func abandon(_ error: any Error) {}
}
