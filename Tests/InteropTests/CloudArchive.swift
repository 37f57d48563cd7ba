import DroverTesting
import Foundation

/// Archives for clouds, made by the system's tar.
enum CloudArchive {
    /// A plain archive with one small file.
    static func holding(_ path: String) async throws -> [UInt8] {
        let folder = try ScratchFolder()
        let file = URL(filePath: "\(folder.path)/\(path)")
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data("hello\n".utf8).write(to: file)
        try await mustRun(["/usr/bin/tar", "-C", folder.path, "--format=ustar", "-cf", "\(folder.path)/a.tar", path])
        return Array(try Data(contentsOf: URL(filePath: "\(folder.path)/a.tar")))
    }
}
