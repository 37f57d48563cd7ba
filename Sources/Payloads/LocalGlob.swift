import Farm
import Glibc
import Lanes
import Packing

/// A path of this machine with `*`, `?`, `[...]` or `**` in it, as a shell would understand it.
///
/// As in a shell, wildcards do not match a dot at the beginning of a name. `**` alone between slashes stands for any
/// number of folders.
struct LocalGlob {
    /// The folder in front of the first wildcard.
    let base: String
    private let patterns: [String]

    /// More matches, or names looked at, than this are refused.
    private static let mostNames = 1_000_000
    private static let deepest = 128

    /// nil when the path holds no wildcard, or when it is there as it is written.
    init?(_ path: String) {
        guard Self.isPattern(path), FileStamp(ofLink: path) == nil else { return nil }
        let names = path.split(separator: "/").map(String.init)
        let first = names.firstIndex(where: Self.isPattern) ?? names.endIndex
        let folder = names[..<first].joined(separator: "/")
        base = path.hasPrefix("/") ? "/\(folder)" : folder.isEmpty ? "." : folder
        patterns = Array(names[first...])
    }

    private static func isPattern(_ text: String) -> Bool { text.contains { "*?[".contains($0) } }

    /// The matches as paths below ``base``, sorted by their bytes; none inside another.
    func matches() throws(SystemError) -> [String] {
        var search = Search()
        try search.look(for: patterns[...], in: try Folder.open(base), at: "", depth: 1)
        let sorted = search.found.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        // `**` finds a folder and what is in it; the folder stands for both.
        let whole = Set(sorted)
        return sorted.filter { path in
            !path.indices.contains { path[$0] == "/" && whole.contains(String(path[..<$0])) }
        }
    }

    /// One walk, with a bound on what it may look at.
    private struct Search {
        var found: Set<String> = []
        var looked = 0

        mutating func look(
            for patterns: ArraySlice<String>, in folder: borrowing Folder, at path: String, depth: Int
        ) throws(SystemError) {
            guard depth < LocalGlob.deepest else { throw SystemError("open", errno: ELOOP) }
            let names = try names(in: folder)
            try look(for: patterns, among: names, in: folder, at: path, depth: depth)
        }

        private mutating func look(
            for patterns: ArraySlice<String>, among names: [String], in folder: borrowing Folder, at path: String,
            depth: Int
        ) throws(SystemError) {
            guard let pattern = patterns.first else { return }
            let rest = patterns.dropFirst()
            let isDeep = pattern == "**"
            // Without any folder, and with each of those here.
            if isDeep { try look(for: rest, among: names, in: folder, at: path, depth: depth) }
            for name in names where isDeep ? !name.hasPrefix(".") : fnmatch(pattern, name, FNM_PERIOD) == 0 {
                if rest.isEmpty {
                    found.insert(path + name)
                } else if try isFolder(name, in: folder) {
                    let next = isDeep ? patterns : rest
                    try look(for: next, in: try folder.folder(name), at: path + name + "/", depth: depth + 1)
                }
            }
        }

        private mutating func names(in folder: borrowing Folder) throws(SystemError) -> [String] {
            let names = try folder.names().map { bytes throws(SystemError) in
                // A name that cannot be told to a phone is not passed over in silence.
                guard let name = String(validating: bytes, as: UTF8.self) else {
                    throw SystemError("glob", errno: EILSEQ)
                }
                return name
            }
            looked += names.count
            guard looked <= LocalGlob.mostNames else { throw SystemError("glob", errno: E2BIG) }
            return names
        }

        private func isFolder(_ name: String, in folder: borrowing Folder) throws(SystemError) -> Bool {
            try folder.status(of: name).st_mode & S_IFMT == S_IFDIR
        }
    }
}
