public import Glibc

/// How a file looks from outside; a different look means different content.
public struct FileStamp: Hashable, Sendable {
    /// The device and the number on it, which together tell two names of the same file.
    public let device: UInt64
    /// The file's number on its device.
    public let inode: UInt64
    /// Bytes of content.
    public let size: Int64
    /// When the content was last changed, in seconds since 1970.
    public let seconds: Int64
    /// The part of a second that belongs to ``seconds``.
    public let nanoseconds: Int64
    /// When anything about the file was last changed, in nanoseconds since 1970; unlike the time of the content, nobody
    /// can set it back.
    public let statusChange: Int64

    /// Takes the stamp of a file that was looked at.
    public init(_ status: stat) {
        device = UInt64(status.st_dev)
        inode = UInt64(status.st_ino)
        size = Int64(status.st_size)
        seconds = Int64(status.st_mtim.tv_sec)
        nanoseconds = Int64(status.st_mtim.tv_nsec)
        statusChange = Int64(status.st_ctim.tv_sec) &* 1_000_000_000 &+ Int64(status.st_ctim.tv_nsec)
    }

    /// Puts together what was written down.
    public init(device: UInt64, inode: UInt64, size: Int64, seconds: Int64, nanoseconds: Int64, statusChange: Int64) {
        self.device = device
        self.inode = inode
        self.size = size
        self.seconds = seconds
        self.nanoseconds = nanoseconds
        self.statusChange = statusChange
    }

    /// Looks at what a path leads to; `nil` when there is nothing.
    public init?(of path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        self.init(status)
    }

    /// Looks at a path itself, which may be a link; `nil` when there is nothing.
    public init?(ofLink path: String) {
        var status = stat()
        guard lstat(path, &status) == 0 else { return nil }
        self.init(status)
    }
}

extension FileStamp {
    /// One spelling for all paths to the same place; the path itself when it leads nowhere.
    public static func canonical(_ path: String) -> String {
        guard let resolved = realpath(path, nil) else { return path }
        defer { free(resolved) }
        return String(cString: resolved)
    }
}
