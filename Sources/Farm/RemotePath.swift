/// An absolute path on a phone, without `.`, `..` or doubled slashes.
public struct RemotePath: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The longest path that ADB's file service takes, in bytes.
    public static let maximumLength = 1024

    /// The path without a slash at its end, except for the root itself.
    public let path: String
    /// Whether it was written with a slash at its end, which means "into this folder".
    public let namesFolder: Bool

    private init(clean path: String, namesFolder: Bool) {
        self.path = path
        self.namesFolder = namesFolder
    }

    /// Accepts an absolute path.
    ///
    /// - Throws: ``FarmError/Code/badPath`` when it is relative, holds `..` or a NUL, or is longer than ADB can say.
    public init(validating text: String) throws(FarmError) {
        guard text.utf8.first == UInt8(ascii: "/") else {
            throw FarmError(
                .badPath, text, at: 0..<0, "a path on a phone begins with a slash",
                suggestion: text.isEmpty ? nil : "did you mean /sdcard/\(text)?")
        }
        let parts = try Self.cleanParts(of: text)
        self.init(clean: "/" + parts.joined(separator: "/"), namesFolder: text.utf8.last == UInt8(ascii: "/"))
        try checkLength()
    }

    /// Cuts a path at its slashes; refuses what would climb out of it.
    static func cleanParts(of text: String) throws(FarmError) -> [Substring] {
        if let offset = Array(text.utf8).firstIndex(of: 0) {
            throw FarmError(.badPath, text, at: offset..<offset + 1, "a path cannot hold a NUL")
        }
        var parts: [Substring] = []
        for part in text.split(separator: "/") where part != "." {
            guard part != ".." else {
                let start = text.utf8.distance(from: text.startIndex, to: part.startIndex)
                throw FarmError(.badPath, text, at: start..<start + 2, "\"..\" would leave the folder")
            }
            parts.append(part)
        }
        return parts
    }

    private func checkLength() throws(FarmError) {
        guard path.utf8.count <= Self.maximumLength else {
            throw FarmError(.badPath, path, "a path on a phone has at most \(Self.maximumLength) bytes")
        }
    }

    /// The path of something below this one.
    ///
    /// - Parameter relative: One or more names joined by slashes; it never leads out of this path.
    /// - Throws: ``FarmError/Code/badPath`` when it is empty, absolute, holds `..`, or the whole gets too long.
    public func appending(_ relative: String) throws(FarmError) -> RemotePath {
        guard relative.utf8.first != UInt8(ascii: "/") else {
            throw FarmError(.badPath, relative, at: 0..<1, "a path inside a folder does not begin with a slash")
        }
        let parts = try Self.cleanParts(of: relative)
        guard !parts.isEmpty else { throw FarmError(.badPath, relative, "a path inside a folder is missing") }
        let joined = (path == "/" ? "" : path) + "/" + parts.joined(separator: "/")
        let result = RemotePath(clean: joined, namesFolder: relative.utf8.last == UInt8(ascii: "/"))
        try result.checkLength()
        return result
    }

    /// The last name of the path; empty for the root.
    public var lastComponent: String {
        path.lastIndex(of: "/").map { String(path[path.index(after: $0)...]) } ?? path
    }

    /// The folder that holds it; the root is its own parent.
    public var parent: RemotePath {
        guard let slash = path.lastIndex(of: "/"), slash != path.startIndex else {
            return RemotePath(clean: "/", namesFolder: true)
        }
        return RemotePath(clean: String(path[..<slash]), namesFolder: false)
    }

    /// Whether it is `folder` itself or lies somewhere below it.
    public func isInside(_ folder: RemotePath) -> Bool {
        folder.path == "/" || path == folder.path || path.hasPrefix(folder.path + "/")
    }

    /// The path as it was meant: with its slash when it names a folder to go into.
    public var description: String { namesFolder && path != "/" ? path + "/" : path }

    /// Whether the first comes before the second in byte order.
    public static func < (first: Self, second: Self) -> Bool { first.path < second.path }
}
