/// Patterns as `.gitignore` has them: `*`, `**`, `?`, `[a-z]`, `!`, slashes at either end, `#`, and backslashes.
///
/// A pattern without a slash within speaks of names in every folder, one with a slash of paths from the top. Of the
/// patterns that match, the last one counts. Upper and lower case differ, and `?` is one byte, as in git.
public struct IgnoreRules: Hashable, Sendable {
    /// What the last matching pattern says.
    public enum Decision: Hashable, Sendable {
        /// The path is meant.
        case meant
        /// A `!` pattern says that the path is not meant.
        case notMeant
    }

    private let patterns: [IgnorePattern]

    /// Takes one pattern per text; empty ones and comments count for nothing.
    public init(_ patterns: [String] = []) {
        self.patterns = patterns.compactMap { IgnorePattern(line: $0.utf8) }
    }

    /// Reads the content of a `.gitignore`.
    public init(content: [UInt8]) {
        let isMarked = content.starts(with: [0xEF, 0xBB, 0xBF])
        patterns = content.dropFirst(isMarked ? 3 : 0).split(separator: 0x0A).compactMap { line in
            IgnorePattern(line: line.last == 0x0D ? line.dropLast() : line)
        }
    }

    /// Whether there is no pattern at all.
    public var isEmpty: Bool { patterns.isEmpty }

    /// What the patterns say of one path and nothing else; nil when none matches.
    ///
    /// - Parameter path: Relative, with `/` between its parts and none at its ends.
    public func decision(for path: [UInt8], isFolder: Bool) -> Decision? {
        for pattern in patterns.reversed() where pattern.matches(path, isFolder: isFolder) {
            return pattern.isNegated ? .notMeant : .meant
        }
        return nil
    }

    /// Whether a path is ignored, be it for the sake of a folder above: what lies in an ignored folder cannot come back.
    public func ignores(_ path: String, isFolder: Bool = false) -> Bool {
        let bytes = Array(path.utf8)
        for (index, byte) in bytes.enumerated() where byte == .slash {
            if decision(for: Array(bytes[..<index]), isFolder: true) == .meant { return true }
        }
        return decision(for: bytes, isFolder: isFolder) == .meant
    }
}
