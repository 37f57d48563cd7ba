/// A local path that stays inside its root, whatever a phone or an archive calls its files.
public struct ContainedPath: Hashable, Sendable, CustomStringConvertible {
    /// The local folder that nothing may leave.
    public let root: String
    /// The names below the root, each of them plain: never empty, `.`, `..`, and without a slash.
    public let components: [String]

    /// The root itself.
    public init(root: String) {
        self.root = root.count > 1 && root.hasSuffix("/") ? String(root.dropLast()) : root
        components = []
    }

    private init(root: String, components: [String]) {
        self.root = root
        self.components = components
    }

    /// A path below this one.
    ///
    /// - Parameter relative: Names joined by slashes, in the words of the phone or the archive.
    /// - Throws: ``FarmError/Code/badPath`` when it is absolute, empty, holds `..` or a NUL, or a name that no local
    ///   file system takes.
    public func appending(_ relative: String) throws(FarmError) -> ContainedPath {
        guard relative.utf8.first != UInt8(ascii: "/") else {
            throw FarmError(.badPath, relative, at: 0..<1, "an absolute path would leave the folder")
        }
        let parts = try RemotePath.cleanParts(of: relative)
        guard !parts.isEmpty else { throw FarmError(.badPath, relative, "a name inside the folder is missing") }
        if let long = parts.first(where: { $0.utf8.count > 255 }) {
            throw FarmError(.badPath, relative, "a file name has at most 255 bytes, and one has \(long.utf8.count)")
        }
        return ContainedPath(root: root, components: components + parts.map(String.init))
    }

    /// The whole local path.
    public var path: String { components.isEmpty ? root : root + "/" + components.joined(separator: "/") }

    /// The path below the root; empty for the root itself.
    public var relative: String { components.joined(separator: "/") }

    /// The folder that holds it; the root is its own parent.
    public var parent: ContainedPath { ContainedPath(root: root, components: Array(components.dropLast())) }

    /// The whole local path.
    public var description: String { path }
}
