import Farm
import Glibc
import Lanes
import Packing

/// Opens every file of a scanned folder for delivery.
struct FolderWalk {
    /// A file up to this size is always copied: a mapping would take a whole page and one of the system's 65,530 places.
    private static let alwaysCopied = 4 << 10
    /// A file up to this size is copied as long as all copies together stay below ``mostCopied``.
    private static let usuallyCopied = 64 << 10
    private static let mostCopied = 16 << 20

    private(set) var entries: [FilesPayload.Entry] = []
    private(set) var stamps: [(path: String, stamp: FileStamp)] = []
    private(set) var problems: [TreeScan.Problem] = []
    private var copied = 0
    private let rules: FilesSource.Rules

    init(_ rules: FilesSource.Rules) { self.rules = rules }

    /// Goes through the folder and tells what it saw; what cannot be delivered is in ``problems`` afterwards.
    mutating func walk(_ root: String) -> Tree {
        var scan = TreeScan(include: rules.include, exclude: rules.exclude)
        scan.add(folder: root)
        let tree = scan.finish()
        problems = scan.problems
        var parents: Set<Substring> = []
        for entry in tree.entries {
            if let slash = entry.path.utf8.lastIndex(of: .init(ascii: "/")) { parents.insert(entry.path[..<slash]) }
        }
        var cursor = FolderCursor(root: root)
        for entry in tree.entries {
            stamps.append((entry.path, entry.stamp))
            do {
                switch entry.kind {
                // Pushing a file makes the folders above it.
                case .folder: if !parents.contains(entry.path[...]) { add(entry, .folder) }
                case .link(let text): add(entry, .link(to: text))
                case .file, .hardLink: add(entry, .bytes(try bytes(of: entry, &cursor)))
                }
            } catch {
                problems.append(TreeScan.Problem(path: entry.path, reason: error.reason))
            }
        }
        return tree
    }

    private mutating func bytes(
        of entry: TreeEntry, _ cursor: inout FolderCursor
    ) throws(SystemError) -> SharedBytes {
        let file = try cursor.open(entry.path)
        guard file.isRegular, file.stamp == entry.stamp else { throw SystemError("open", errno: ESTALE) }
        let size = Int(file.status.st_size)
        guard size <= Self.alwaysCopied || (size <= Self.usuallyCopied && copied + size <= Self.mostCopied) else {
            return try file.mapped()
        }
        copied += size
        return try file.copied()
    }

    private mutating func add(_ entry: TreeEntry, _ content: FileToPush.Content) {
        entries.append(
            FilesPayload.Entry(
                path: entry.path, content: content, mode: entry.mode & 0o777, modified: entry.stamp.seconds))
    }
}
