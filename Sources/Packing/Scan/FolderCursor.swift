import Glibc
public import Lanes

/// Opens files below a folder one after the other, never through a link.
///
/// The folders on the way to the last file stay open, so that neighbours cost one call each and nothing can be swapped
/// under a path.
public struct FolderCursor {
    private final class Level {
        let name: Substring
        let folder: Folder

        init(_ name: Substring, _ folder: consuming Folder) {
            self.name = name
            self.folder = folder
        }
    }

    private let root: String
    private var levels: [Level] = []
    /// The path that ``levels`` lead to.
    private var parent: Substring = ""

    /// Begins at a folder, which is opened with the first file.
    public init(root: String) { self.root = root }

    /// Opens the file at a path below the root; `ELOOP` for a link.
    public mutating func open(_ path: String) throws(SystemError) -> LocalFile {
        let (folder, name) = try place(of: path)
        return try LocalFile.open(name, in: folder)
    }

    /// The descriptor of the folder that holds a path, good until the next call, and the name in it.
    mutating func place(of path: String) throws(SystemError) -> (folder: CInt, name: String) {
        let slash = path.utf8.lastIndex(of: .slash)
        let wanted = slash.map { path[..<$0] } ?? ""
        if levels.isEmpty { levels.append(Level("", try Folder.open(root))) }
        if wanted != parent { try go(to: wanted) }
        let name = slash.map { String(path[path.utf8.index(after: $0)...]) } ?? path
        return (levels[levels.count - 1].folder.descriptor, name)
    }

    private mutating func go(to wanted: Substring) throws(SystemError) {
        let names = wanted.split(separator: "/")
        var same = 0
        while same < names.count, same + 1 < levels.count, levels[same + 1].name == names[same] { same += 1 }
        levels.removeLast(levels.count - 1 - same)
        // Right in case opening fails half way.
        parent = names[..<same].joined(separator: "/")[...]
        for name in names[same...] {
            levels.append(Level(name, try levels[levels.count - 1].folder.folder(String(name))))
        }
        parent = wanted
    }
}
