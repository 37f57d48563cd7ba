import Foundation

/// A temporary folder that goes away with the test that made it.
public final class ScratchFolder: Sendable {
    /// Where it is; no slash at the end.
    public let path: String

    /// Makes an empty folder.
    public init() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "drover-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        path = FileManager.default.temporaryDirectory.appending(path: folder.lastPathComponent).path()
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)  // what is left is in the system's temporary folder
    }

    /// Writes a file, with the folders that it needs, and returns its path.
    @discardableResult
    public func write(_ bytes: [UInt8], to name: String) throws -> String {
        let file = URL(filePath: path).appending(path: name)
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: file)
        return file.path()
    }

    /// Writes a text file, with the folders that it needs, and returns its path.
    @discardableResult
    public func write(_ text: String, to name: String) throws -> String { try write(Array(text.utf8), to: name) }

    /// Copies a sample of ``Fixture`` and returns the copy's path.
    @discardableResult
    public func copy(_ fixture: String, to name: String) throws -> String {
        try write(try Fixture.bytes(fixture), to: name)
    }

    /// Makes a symbolic link.
    public func link(_ name: String, to text: String) throws {
        try FileManager.default.createSymbolicLink(atPath: "\(path)/\(name)", withDestinationPath: text)
    }

    /// Makes a folder, with the folders that it needs.
    public func folder(_ name: String) throws {
        try FileManager.default.createDirectory(atPath: "\(path)/\(name)", withIntermediateDirectories: true)
    }

    /// Removes a file, a link or a folder.
    public func remove(_ name: String) throws {
        try FileManager.default.removeItem(atPath: "\(path)/\(name)")
    }
}
