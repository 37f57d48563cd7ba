/// The committed samples under `fixtures/`.
public enum Fixture {
    /// A sample that is not there.
    public struct Missing: Error {
        /// Where it was looked for.
        public let path: String
    }

    /// The folder itself.
    public static let folder = RepositoryFile.path("fixtures")

    /// The path of a sample, such as `apps/game-1.apk`.
    public static func path(_ name: String) -> String { "\(folder)/\(name)" }

    /// The bytes of a sample.
    public static func bytes(_ name: String) throws(Missing) -> [UInt8] {
        guard let bytes = RepositoryFile.bytes(at: path(name)) else { throw Missing(path: path(name)) }
        return bytes
    }

    /// The text of a sample.
    public static func text(_ name: String) throws(Missing) -> String {
        String(decoding: try bytes(name), as: UTF8.self)
    }

    /// The names of the samples of a folder that end so, sorted.
    public static func names(in folder: String, endingIn suffix: String = "") -> [String] {
        RepositoryFile.names(in: path(folder), endingIn: suffix)
    }
}
