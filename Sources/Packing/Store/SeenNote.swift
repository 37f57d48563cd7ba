import Glibc
public import Lanes

/// How a content's file looked when its hash was known to be right; its own time tells when the content was last used.
///
/// Nothing here fails: without a note a content is read once more, and counts as used when it was made.
struct SeenNote {
    let path: String

    /// What is written down; nil when nothing is, or not in full.
    var stamp: FileStamp? {
        guard let bytes = try? LocalFile.open(path).start(256) else { return nil }
        let words = String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
        guard words.count == 2, words[1].isEmpty else { return nil }
        let fields = words[0].split(separator: " ").map(String.init)
        guard fields.count == 6, let device = UInt64(fields[0]), let inode = UInt64(fields[1]) else { return nil }
        let numbers = fields[2...].compactMap { Int64($0) }
        guard numbers.count == 4 else { return nil }
        return FileStamp(
            device: device, inode: inode, size: numbers[0], seconds: numbers[1], nanoseconds: numbers[2],
            statusChange: numbers[3])
    }

    func write(_ stamp: FileStamp) {
        let text =
            "\(stamp.device) \(stamp.inode) \(stamp.size) \(stamp.seconds) \(stamp.nanoseconds) \(stamp.statusChange)\n"
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o644)
        guard descriptor >= 0 else { return }
        Glibc.write(descriptor, text, text.utf8.count)
        close(descriptor)
    }

    /// Notes that the content is used now.
    func touch() { utimensat(AT_FDCWD, path, nil, 0) }

    func remove() { unlink(path) }
}

/// Where drover keeps what it can make again.
public enum CachePlace {
    /// `$DROVER_CACHE`, else `$XDG_CACHE_HOME/drover`, else `~/.cache/drover`; nil where none of the variables is set.
    public static func folder(_ environment: [String: String]) -> String? {
        func value(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
        if let cache = value("DROVER_CACHE") { return cache }
        if let cache = value("XDG_CACHE_HOME") { return "\(cache)/drover" }
        return value("HOME").map { "\($0)/.cache/drover" }
    }

    /// Whether a process has locked a file (`flock`); false for one that cannot be opened.
    public static func isHeld(_ file: String) -> Bool {
        let descriptor = open(file, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        return flock(descriptor, LOCK_EX | LOCK_NB) != 0
    }

    /// Makes a folder with those above it, closed to others; one that is there stays as it is.
    public static func make(_ path: String) throws(SystemError) {
        if mkdir(path, 0o700) == 0 || errno == EEXIST { return }
        let above = AtomicFile.folder(of: path)
        guard errno == ENOENT, above != path, above != "." else { throw SystemError("mkdir") }
        try make(above)
        guard mkdir(path, 0o700) == 0 || errno == EEXIST else { throw SystemError("mkdir") }
    }
}

extension LocalFile {
    /// The first bytes.
    func start(_ limit: Int) throws(SystemError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: limit)
        let count = pread(descriptor, &bytes, limit, 0)
        guard count >= 0 else { throw SystemError("read") }
        return Array(bytes[..<count])
    }
}
