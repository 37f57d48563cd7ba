import Foundation
import Testing

/// The small apps under `fixtures/apps`.
enum AppFixture {
    static let folder = URL(filePath: #filePath).appending(path: "../../../fixtures/apps").standardized.path()

    static func path(_ name: String) -> String { folder + "/" + name }

    static func bytes(_ name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(filePath: path(name))))
    }

    static let studio = "2ef4b4e33939363ed656283546d2260d8eca2a8791994bef212fc37c04b3eebc"
    static let foreign = "d3e008af2c7c93974f436995706ddb2f138267c17a32a84aa61c15b7e25559a4"
}

/// A folder that goes away with the test.
final class ScratchFolder {
    let path: String

    init() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "drover-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        path = folder.path()
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)  // what is left is in the system's temporary folder
    }

    @discardableResult
    func write(_ bytes: [UInt8], to name: String) throws -> String {
        let file = URL(filePath: path).appending(path: name)
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: file)
        return file.path()
    }

    @discardableResult
    func copy(_ fixture: String, to name: String) throws -> String {
        try write(try AppFixture.bytes(fixture), to: name)
    }
}
