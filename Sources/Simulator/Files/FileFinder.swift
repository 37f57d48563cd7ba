/// Reads many files, one after another; those of one folder are found without the way from the root.
struct FileFinder {
    private let files: VirtualFiles
    private var folder: (path: String, children: [String: FileEntry])?

    init(_ files: VirtualFiles) { self.files = files }

    /// A file's content, by its absolute path; links and the rest go the long way.
    mutating func read(_ path: String) throws(FileError) -> FileContent {
        let names = path.utf8
        guard let slash = names.lastIndex(of: UInt8(ascii: "/")), slash > names.startIndex else {
            return try files.read(path)
        }
        let parent = path[..<slash]
        if folder.map({ $0.path != parent }) ?? true { folder = open(String(parent)) }
        if let content = folder?.children[String(path[names.index(after: slash)...])]?.content { return content }
        return try files.read(path)
    }

    private func open(_ path: String) -> (path: String, children: [String: FileEntry])? {
        // What cannot be opened is refused on the long way.
        guard let found = try? files.locate(path), let entry = found.entry, !AccessRules.isClosed(found.names) else {
            return nil
        }
        return (path, entry.children)
    }
}
