/// A phone's file tree: a value, started from an image that all phones of a profile share.
///
/// The rules are those a phone shows to the `shell` user: `/data/local/tmp` and the shared storage are writable, the
/// system is read-only, other apps' data is closed.
struct VirtualFiles: Sendable {
    /// Who asks: the shell user obeys the rules, the phone's own services do not.
    enum Caller: Sendable { case shell, system }

    /// Where a path leads after all links but perhaps the last were followed.
    struct Location {
        /// The names from the root; no link, no dots.
        var names: [String]
        /// What is there; nil when only the last name is missing.
        var entry: FileEntry?

        var path: String { "/" + names.joined(separator: "/") }
    }

    private(set) var root: FileEntry
    /// Bytes of all files on the data partition.
    private(set) var usedBytes: UInt64 = 0
    /// Bytes the data partition holds.
    var capacity: UInt64
    private var nextInode: UInt64 = 100_000
    /// Regular files that were written, by whomever but the phone itself.
    var writtenFiles = 0
    /// Files on the shared storage have the time of their writing.
    var losesTimes = false
    /// Refuses what hosts would change, while it is on.
    var lock: PhoneWriteLock?

    init(image: FileEntry, capacity: UInt64) {
        root = image
        self.capacity = capacity
    }

    var freeBytes: UInt64 { capacity > usedBytes ? capacity - usedBytes : 0 }

    // MARK: Looking

    /// Follows a path.
    ///
    /// - Throws: `noSuchFile` when a folder on the way is missing, `notDirectory`, `tooManyLinks`, `accessDenied`.
    func locate(_ path: String, followLast: Bool = true, as caller: Caller = .shell) throws(FileError) -> Location {
        var pending = Array(RemotePath.names(path).reversed())
        var names: [String] = []
        var chain = [root]
        var links = 0
        while let name = pending.popLast() {
            if name == ".." {
                if names.popLast() != nil { chain.removeLast() }
                continue
            }
            guard let here = chain.last, here.isFolder else { throw .notDirectory }
            if caller == .shell, AccessRules.isClosed(names) { throw .accessDenied }
            guard let next = here.children[String(name)] else {
                guard pending.isEmpty else { throw .noSuchFile }
                return Location(names: names + [String(name)], entry: nil)
            }
            guard let destination = next.destination, followLast || !pending.isEmpty else {
                names.append(String(name))
                chain.append(next)
                continue
            }
            links += 1
            guard links <= 40 else { throw .tooManyLinks }
            pending.append(contentsOf: RemotePath.names(destination).reversed())
            if destination.hasPrefix("/") {
                names = []
                chain = [root]
            }
        }
        // A slash at the end asks for a folder.
        if path.hasSuffix("/"), let last = chain.last, !last.isFolder { throw .notDirectory }
        return Location(names: names, entry: chain.last)
    }

    /// What is at a path.
    func entry(_ path: String, followLast: Bool = true, as caller: Caller = .shell) throws(FileError) -> FileEntry {
        guard let entry = try locate(path, followLast: followLast, as: caller).entry else { throw .noSuchFile }
        return entry
    }

    func exists(_ path: String) -> Bool { (try? entry(path)) != nil }  // any reason means that it cannot be used

    /// The entries of a folder, sorted by name.
    func list(_ path: String, as caller: Caller = .shell) throws(FileError) -> [(name: String, entry: FileEntry)] {
        let location = try locate(path, as: caller)
        guard let folder = location.entry else { throw .noSuchFile }
        guard folder.isFolder else { throw .notDirectory }
        if caller == .shell, AccessRules.isUnlisted(location.names) { throw .accessDenied }
        return folder.children.map { (name: $0.key, entry: $0.value) }.sorted { $0.name < $1.name }
    }

    /// A file's content.
    func read(_ path: String, as caller: Caller = .shell) throws(FileError) -> FileContent {
        let entry = try entry(path, as: caller)
        switch entry.kind {
        case .file(let content): return content
        case .folder: throw .isDirectory
        case .device, .link: return .bytes([])
        }
    }

    // MARK: Changing, one place

    /// Changes what is at `names`, in place.
    mutating func change<Result>(
        _ names: [String], _ body: (inout FileEntry) throws(FileError) -> Result
    ) throws(FileError) -> Result {
        try root.change(names[...], body)
    }

    /// Puts an entry under a name of a folder that is there, or takes the name away.
    mutating func replace(_ names: [String], by entry: FileEntry?, at seconds: Int64) throws(FileError) {
        guard let name = names.last else { throw .invalid }
        try replace(name, in: names.dropLast(), by: entry, at: seconds)
    }

    /// - Parameter onlyFiles: Refuse to put the entry over a folder, and to go beyond the room that is left.
    mutating func replace(
        _ name: String, in folder: ArraySlice<String>, by entry: FileEntry?, at seconds: Int64, onlyFiles: Bool = false
    ) throws(FileError) {
        nextInode += 1
        let inode = nextInode
        let place = folder.first ?? name
        let losesTime = losesTimes && place == "storage"
        let room = onlyFiles ? freeBytes : .max
        let freed = try root.change(folder) { (folder) throws(FileError) -> UInt64 in
            guard folder.isFolder else { throw .notDirectory }
            folder.modified = seconds
            guard var entry else { return folder.children.removeValue(forKey: name)?.totalSize ?? 0 }
            if onlyFiles, entry.size > room, entry.size > room + (folder.children[name]?.totalSize ?? 0) {
                throw .noSpace
            }
            entry.inode = inode
            if losesTime { entry.modified = seconds }
            let before = folder.children.updateValue(entry, forKey: name)
            if onlyFiles, let before, before.isFolder {
                folder.children[name] = before
                throw .isDirectory
            }
            return before?.totalSize ?? 0
        }
        guard place == "data" || place == "storage" else { return }
        usedBytes = usedBytes - min(freed, usedBytes) + (entry?.totalSize ?? 0)
    }
}
