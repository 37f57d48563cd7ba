import Foundation
import Glibc

/// A file system of a few blocks; only root can have one, and not everywhere.
struct SmallDisk {
    private struct NotMounted: Error {}
    let path: String

    /// Whether one can be had here.
    static let isPossible: Bool = {
        let place = FileManager.default.temporaryDirectory.appendingPathComponent("drover-\(UUID().uuidString)").path
        guard geteuid() == 0, let disk = try? SmallDisk(at: place) else { return false }
        disk.remove()
        return true
    }()

    init(at path: String) throws {
        self.path = path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        guard mount("tmpfs", path, "tmpfs", 0, "size=24k") == 0 else {
            try? FileManager.default.removeItem(atPath: path)
            throw NotMounted()
        }
    }

    func remove() {
        umount2(path, CInt(MNT_DETACH))
        try? FileManager.default.removeItem(atPath: path)
    }
}
