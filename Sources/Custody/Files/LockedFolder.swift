import Glibc
import Lanes

/// A folder of small files that one process at a time reads and changes.
///
/// The lock belongs to an open file, so it ends with the process that holds it, however that ends.
struct LockedFolder: ~Copyable {
    private let folder: CInt
    private let lock: CInt
    private let isShared: Bool
    let path: String
    /// The largest file that is read; everything here is much smaller.
    private static let mostBytes = 64 << 20

    /// Opens and locks a folder.
    ///
    /// - Parameters:
    ///   - isShared: Whether other users may lock it and change what is in it, too.
    ///   - patience: How long somebody else may keep the lock; everybody needs milliseconds.
    init(_ path: String, isShared: Bool, patience: Duration = .seconds(10)) throws(CustodyError) {
        let operation = "open \(path)"
        self.path = path
        self.isShared = isShared
        folder = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        let failure = SystemError("open")
        lock = folder < 0 ? -1 : Self.openToWrite("lock", in: folder, isShared: isShared)
        guard folder >= 0 else { throw CustodyError(.badPlace, operation: operation, failure) }
        guard lock >= 0 else {
            throw CustodyError(
                .notWritable, operation: "lock \(path)", SystemError("open"), advice: "may you write into this folder?")
        }
        if let failure = acquire(patience) { throw failure }
    }

    deinit {
        if lock >= 0 { close(lock) }
        if folder >= 0 { close(folder) }
    }

    private borrowing func acquire(_ patience: Duration) -> CustodyError? {
        let clock = SystemClock()
        let start = clock.now
        while flock(lock, LOCK_EX | LOCK_NB) != 0 {
            guard errno == EWOULDBLOCK || errno == EINTR else {
                return CustodyError(.notWritable, operation: "lock \(path)", SystemError("flock"))
            }
            guard clock.now.since(start) < patience else {
                return CustodyError(
                    .busy, operation: "lock \(path)", reason: "another drover has kept it locked for \(patience)",
                    advice: "a stopped process may hold it: `fuser \(path)/lock` names it")
            }
            usleep(1_000)
        }
        return nil
    }

    /// The content of a file; nil when there is none.
    borrowing func read(_ name: String) throws(CustodyError) -> [UInt8]? {
        let file = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC)
        guard file >= 0 else {
            guard errno != ENOENT else { return nil }
            throw CustodyError(.notReadable, operation: "read \(path)/\(name)", SystemError("open"))
        }
        defer { close(file) }
        var bytes: [UInt8] = []
        while bytes.count < Self.mostBytes {
            let before = bytes.count
            let room = max(4096, before)
            var failure: SystemError?
            let more = [UInt8](unsafeUninitializedCapacity: room) { buffer, count in
                let found = pread(file, buffer.baseAddress, room, before)
                if found < 0 { failure = SystemError("read") }
                count = max(0, found)
            }
            if let failure { throw CustodyError(.notReadable, operation: "read \(path)/\(name)", failure) }
            if before == 0 { bytes = more } else { bytes += more }
            if more.count < room { break }
        }
        return bytes
    }

    /// What the folder holds, in no order.
    borrowing func names() throws(CustodyError) -> [String] {
        // The stream takes its descriptor over, and a copy would share its place with the one before.
        let copy = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard copy >= 0, let stream = fdopendir(copy) else {
            let failure = SystemError("open")
            if copy >= 0 { close(copy) }
            throw CustodyError(.notReadable, operation: "list \(path)", failure)
        }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }

    /// Removes a file; what cannot be removed stays.
    borrowing func remove(_ name: String) { unlinkat(folder, name, 0) }

    /// Replaces a file of our own as a whole: readers see the old one or the new one.
    borrowing func replace(_ name: String, _ bytes: [UInt8]) throws(CustodyError) {
        let part = "\(name).part"
        remove(part)
        let file = openat(folder, part, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard file >= 0 else {
            throw CustodyError(.notWritable, operation: "write \(path)/\(name)", SystemError("open"))
        }
        defer { close(file) }
        // Everybody may see what is in a folder of everybody's, whatever the umask.
        if isShared { fchmod(file, 0o644) }
        let count = bytes.withUnsafeBytes { pwrite(file, $0.baseAddress, $0.count, 0) }
        guard count == bytes.count else {
            let failure = count < 0 ? SystemError("write") : SystemError("write", errno: ENOSPC)
            throw CustodyError(.notWritable, operation: "write \(path)/\(name)", failure)
        }
        guard renameat(folder, part, folder, name) == 0 else {
            throw CustodyError(.notWritable, operation: "write \(path)/\(name)", SystemError("rename"))
        }
    }

    /// Opens a file for writing, and makes it when it is missing.
    ///
    /// Never with `O_CREAT` alone: in folders that everybody may write, Linux refuses that for files of others.
    private static func openToWrite(_ name: String, in folder: CInt, isShared: Bool) -> CInt {
        for _ in 0..<16 {
            let file = openat(folder, name, O_RDWR | O_NOFOLLOW | O_CLOEXEC)
            guard file < 0, errno == ENOENT else { return file }
            let mode: mode_t = isShared ? 0o666 : 0o600
            let made = openat(folder, name, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode)
            if made >= 0 {
                // The umask of whoever comes first must not shut the others out.
                if isShared { fchmod(made, mode) }
                return made
            }
            guard errno == EEXIST else { return made }
        }
        return -1
    }
}
