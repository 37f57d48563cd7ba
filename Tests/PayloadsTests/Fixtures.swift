import Farm
import Foundation
import Glibc
import Lanes

/// The small apps under `fixtures/apps`.
enum AppFixture {
    static let folder = URL(filePath: #filePath).appending(path: "../../../fixtures/apps").standardized.path()

    static func path(_ name: String) -> String { folder + "/" + name }
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
    func write(_ text: String, to name: String) throws -> String {
        let file = URL(filePath: path).appending(path: name)
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: file)
        return file.path()
    }

    func link(_ name: String, to text: String) throws {
        try FileManager.default.createSymbolicLink(atPath: "\(path)/\(name)", withDestinationPath: text)
    }

    func folder(_ name: String) throws {
        try FileManager.default.createDirectory(atPath: "\(path)/\(name)", withIntermediateDirectories: true)
    }

    func copy(_ fixture: String, to name: String) throws {
        try FileManager.default.copyItem(atPath: AppFixture.path(fixture), toPath: "\(path)/\(name)")
    }
}

extension SharedBytes {
    var text: String { withUnsafeBytes { String(decoding: $0, as: UTF8.self) } }
}

extension FilesPayload.Entry {
    /// The entry as one line: `a/b = text`, `a/link -> target`, `a/folder/`.
    var line: String {
        switch content {
        case .bytes(let bytes): "\(path) = \(bytes.text)"
        case .link(let target): "\(path) -> \(target)"
        case .folder: "\(path)/"
        }
    }
}
