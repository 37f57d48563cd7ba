import Farm
import Glibc

/// How a file looks from outside; a different look means different content.
struct FileStamp: Hashable, Sendable {
    let device: UInt64
    let inode: UInt64
    let size: Int64
    let seconds: Int64
    let nanoseconds: Int64

    init(_ status: stat) {
        device = UInt64(status.st_dev)
        inode = UInt64(status.st_ino)
        size = Int64(status.st_size)
        seconds = Int64(status.st_mtim.tv_sec)
        nanoseconds = Int64(status.st_mtim.tv_nsec)
    }

    /// Looks at what a path leads to; `nil` when there is nothing.
    init?(of path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        self.init(status)
    }

    /// Looks at a path itself, which may be a link; `nil` when there is nothing.
    init?(ofLink path: String) {
        var status = stat()
        guard lstat(path, &status) == 0 else { return nil }
        self.init(status)
    }

    /// One spelling for all paths to the same place; the path itself when it leads nowhere.
    static func canonical(_ path: String) -> String {
        guard let resolved = realpath(path, nil) else { return path }
        defer { free(resolved) }
        return String(cString: resolved)
    }
}

/// The paths that a payload was read from and how each of them looked then.
struct StampedPaths: Sendable {
    /// The file or folder that was asked for.
    let root: FileStamp
    /// Everything below it, by relative path.
    let below: [(path: String, stamp: FileStamp)]

    /// What is different now, as an error; `nil` when nothing is.
    func change(in path: String) -> PayloadError? {
        guard FileStamp(of: path) == root else { return Self.changed(path, nil) }
        for (relative, stamp) in below where FileStamp(ofLink: "\(path)/\(relative)") != stamp {
            return Self.changed(path, relative)
        }
        return nil
    }

    static func changed(_ path: String, _ part: String?) -> PayloadError {
        PayloadError(
            path: path,
            reason: part.map { "has changed since the run began: \($0)" } ?? "has changed since the run began",
            advice: "let a build finish first, then run again")
    }
}
