import Glibc
import Journal

/// Removes old runs, and says which are old; a run whose process lives is none of them.
struct RunRemoval {
    let runs: String

    /// How many of the latest runs are left when nobody asks for anything else.
    static let usualCount = 200

    private var all: [RunID] { RunFinder(runs: runs).all().filter { !RunFolder($0, in: runs).isRunning } }

    /// All but the latest so many.
    func beyond(count: Int) -> [RunID] {
        // Asked after every run: who is running is looked at only where there may be too many.
        guard RunFinder(runs: runs).all().count > count else { return [] }
        return Array(all.dropLast(count))
    }

    /// Those whose journal was last written longer ago.
    func older(than age: Duration) -> [RunID] {
        let limit = Int64(time(nil)) - age.components.seconds
        return all.filter { id in
            var status = stat()
            guard stat(RunFolder(id, in: runs).journalPath, &status) == 0 else { return false }
            return Int64(status.st_mtim.tv_sec) < limit
        }
    }

    /// Those that do not fit into so many bytes, the latest counted first.
    func beyond(bytes: Int64) -> [RunID] {
        var left = bytes
        return all.reversed().filter { id in
            left -= Self.size(of: RunFolder(id, in: runs).path)
            return left < 0
        }
    }

    /// Removes a run's folder with all that is in it; false when it is running, or something stays.
    func remove(_ id: RunID) -> Bool {
        let folder = RunFolder(id, in: runs)
        // Held while it is removed, so that nobody goes on with a run that is half gone.
        guard let lock = try? RunLock(folder) else { return false }
        defer { withExtendedLifetime(lock) {} }
        return Self.remove(folder.path)
    }

    /// Removes the folder of a run of this process that never began.
    func discard(_ folder: RunFolder) -> Bool { Self.remove(folder.path) }

    /// Bytes of all files below a folder.
    static func size(of path: String) -> Int64 {
        var status = stat()
        guard lstat(path, &status) == 0 else { return 0 }
        guard status.st_mode & S_IFMT == S_IFDIR else { return Int64(status.st_size) }
        return folderNames(in: path).reduce(0) { $0 + size(of: "\(path)/\($1)") }
    }

    /// Links are removed and not followed: what a phone's file was called decides nothing here.
    private static func remove(_ path: String) -> Bool {
        var status = stat()
        guard lstat(path, &status) == 0 else { return false }
        guard status.st_mode & S_IFMT == S_IFDIR else { return unlink(path) == 0 }
        for name in folderNames(in: path) { _ = remove("\(path)/\(name)") }
        return rmdir(path) == 0
    }
}
