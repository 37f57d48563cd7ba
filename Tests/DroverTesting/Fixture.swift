import Foundation

/// The committed samples under `fixtures/`.
public enum Fixture {
    /// The folder itself.
    public static let folder = URL(filePath: #filePath).appending(path: "../../../fixtures").standardized.path()

    /// The path of a sample, such as `apps/game-1.apk`.
    public static func path(_ name: String) -> String { "\(folder)/\(name)" }

    /// The bytes of a sample.
    public static func bytes(_ name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(filePath: path(name))))
    }

    /// The text of a sample.
    public static func text(_ name: String) throws -> String {
        try String(contentsOf: URL(filePath: path(name)), encoding: .utf8)
    }
}
