public import Glibc
import Lanes

/// Goes through local folders and everything below them, never through a link, and changes nothing.
///
/// All that cannot be packed is collected, so that a person hears of everything at once.
public struct TreeScan {
    /// Something that cannot be packed.
    public struct Problem: Hashable, Sendable {
        /// Where it is: relative to the folder, or as it was given when it is a root.
        public let path: String
        /// What is the matter, such as `Permission denied`.
        public let reason: String

        /// Says what is the matter with a path.
        public init(path: String, reason: String) {
            self.path = path
            self.reason = reason
        }
    }

    /// Each level holds a descriptor.
    public static let deepest = 256

    /// A file that is left out wherever it is met: the archive that is being written.
    public var leftOut: FileStamp?
    /// What was found so far that cannot be packed.
    public private(set) var problems: [Problem] = []

    private let began: Int64
    private let include: IgnoreRules
    private let exclude: IgnoreRules
    private var roots: [Tree.Root] = []
    private var entries: [TreeEntry] = []
    private var walked: [Tree.WalkedFolder] = []
    /// The folders that the walk is in now, by device and number: a folder that turns up below itself has no end.
    private var above: [FileStamp] = []

    /// Prepares a scan.
    ///
    /// - Parameters:
    ///   - include: What is wanted, files or whole folders; without a pattern everything is.
    ///   - exclude: What is left out in any case, with everything below it.
    ///   - moment: When the scan begins, in seconds since 1970.
    public init(
        include: IgnoreRules = IgnoreRules(), exclude: IgnoreRules = IgnoreRules(), at moment: Int64 = Int64(time(nil))
    ) {
        began = moment
        self.include = include
        self.exclude = exclude
    }

    /// Adds the contents of a folder; a link to one is followed, as somebody named it.
    public mutating func add(folder path: String) {
        do {
            try walk(root: path)
        } catch {
            problems.append(Problem(path: path, reason: error.reason))
        }
    }

    /// Adds one file under its own name; a link to one is followed.
    public mutating func add(file path: String) {
        let name = path.split(separator: "/").last.map(String.init) ?? path
        let parent = path.hasPrefix("/") ? "/" : "."
        let above = path.split(separator: "/").dropLast().joined(separator: "/")
        let folder = above.isEmpty ? parent : (path.hasPrefix("/") ? "/" : "") + above
        guard let stamp = FileStamp(of: folder) else {
            problems.append(Problem(path: path, reason: SystemError("stat").reason))
            return
        }
        var status = stat()
        guard stat(path, &status) == 0 else {
            problems.append(Problem(path: path, reason: SystemError("stat").reason))
            return
        }
        guard status.st_mode & S_IFMT == S_IFREG else {
            problems.append(Problem(path: path, reason: "is neither a file nor a folder"))
            return
        }
        roots.append(Tree.Root(path: folder, stamp: stamp, isWalked: false))
        entries.append(TreeEntry(name, .file, status, root: roots.count - 1))
    }

    /// The tree, sorted; what two roots both have, folders apart, becomes a problem.
    public mutating func finish() -> Tree {
        entries.sort { left, right in
            left.path == right.path ? left.root < right.root : precedes(left.path, right.path)
        }
        removeDoubles()
        recogniseHardLinks()
        return Tree(began: began, roots: roots, entries: entries, walked: walked)
    }

    // MARK: - Walking

    /// What came of something in a folder.
    private enum Found {
        case taken
        case leftOut
        /// The archive that is being written, or a problem.
        case passedOver
    }

    private mutating func walk(root path: String) throws(SystemError) {
        let folder = try Folder.open(path)
        let stamp = FileStamp(try folder.status(of: "."))
        roots.append(Tree.Root(path: path, stamp: stamp, isWalked: true))
        above = [stamp]
        try walk(folder, at: "", isIncluded: include.isEmpty)
    }

    /// Returns `taken` when anything was, else `leftOut` when anything was.
    @discardableResult
    private mutating func walk(
        _ folder: borrowing Folder, at path: String, isIncluded: Bool
    ) throws(SystemError) -> Found {
        var most = Found.passedOver
        for bytes in try folder.names() {
            // A name that is no UTF-8 cannot be told to a phone unchanged.
            guard let name = String(validating: bytes, as: UTF8.self) else {
                let shown = path + String(decoding: bytes, as: UTF8.self)
                if exclude.decision(for: Array(path.utf8) + bytes, isFolder: false) != .meant {
                    problems.append(Problem(path: shown, reason: "its name is not UTF-8"))
                }
                continue
            }
            do {
                switch try take(name, in: folder, at: path + name, isIncluded: isIncluded) {
                case .taken: most = .taken
                case .leftOut: if most == .passedOver { most = .leftOut }
                case .passedOver: break
                }
            } catch {
                problems.append(Problem(path: path + name, reason: error.reason))
            }
        }
        return most
    }

    private mutating func take(
        _ name: String, in folder: borrowing Folder, at path: String, isIncluded: Bool
    ) throws(SystemError) -> Found {
        let status = try folder.status(of: name)
        let kind = status.st_mode & S_IFMT
        var isIncluded = isIncluded
        if !include.isEmpty || !exclude.isEmpty {
            let bytes = Array(path.utf8)
            guard exclude.decision(for: bytes, isFolder: kind == S_IFDIR) != .meant else { return .leftOut }
            switch include.decision(for: bytes, isFolder: kind == S_IFDIR) {
            case .meant: isIncluded = true
            case .notMeant: isIncluded = false
            case nil: break
            }
        }
        if kind == S_IFDIR { return try takeFolder(name, in: folder, at: path, status, isIncluded: isIncluded) }
        guard isIncluded else { return .leftOut }
        switch kind {
        case S_IFLNK: add(path, .link(to: try folder.link(name)), status)
        case S_IFREG:
            if let leftOut, leftOut.isSameFile(as: FileStamp(status)) { return .passedOver }
            try folder.checkReadable(name, status)
            add(path, .file, status)
        default:
            problems.append(Problem(path: path, reason: "is no file, folder or link"))
            return .passedOver
        }
        return .taken
    }

    private mutating func takeFolder(
        _ name: String, in folder: borrowing Folder, at path: String, _ status: stat, isIncluded: Bool
    ) throws(SystemError) -> Found {
        let stamp = FileStamp(status)
        guard above.count < Self.deepest else {
            problems.append(Problem(path: path, reason: "lies more than \(Self.deepest) folders deep"))
            return .passedOver
        }
        guard !above.contains(where: { $0.isSameFile(as: stamp) }) else {
            problems.append(Problem(path: path, reason: "is one of the folders that it lies in"))
            return .passedOver
        }
        walked.append(Tree.WalkedFolder(root: roots.count - 1, path: path, stamp: stamp))
        above.append(stamp)
        defer { above.removeLast() }
        let found = try walk(try folder.folder(name), at: path + "/", isIncluded: isIncluded)
        // A folder that was empty is meant; one of which nothing is left is not, as if its files were named one by one.
        guard found == .taken || isIncluded && found != .leftOut else { return .leftOut }
        add(path, .folder, status)
        return .taken
    }

    private mutating func add(_ path: String, _ kind: TreeEntry.Kind, _ status: stat) {
        entries.append(TreeEntry(path, kind, status, root: roots.count - 1))
    }

    // MARK: - Putting together

    private mutating func removeDoubles() {
        guard roots.count > 1 else { return }
        var single: [TreeEntry] = []
        for entry in entries {
            guard let last = single.last, last.path == entry.path else {
                single.append(entry)
                continue
            }
            if last.kind == .folder, entry.kind == .folder { continue }
            let places = "\(roots[last.root].path) and \(roots[entry.root].path)"
            problems.append(Problem(path: entry.path, reason: "is in \(places), and only one of them can be packed"))
        }
        entries = single
    }

    private mutating func recogniseHardLinks() {
        struct File: Hashable { let device, inode: UInt64 }
        var first: [File: String] = [:]
        for index in entries.indices where entries[index].names > 1 && entries[index].kind == .file {
            let file = File(device: entries[index].stamp.device, inode: entries[index].stamp.inode)
            if let path = first[file] {
                entries[index].kind = .hardLink(to: path)
            } else {
                first[file] = entries[index].path
            }
        }
    }
}

/// The order of paths in a tree: by their bytes, so that it is the same in every language.
func precedes(_ left: String, _ right: String) -> Bool {
    let isEarlier = left.utf8.withContiguousStorageIfAvailable { left in
        right.utf8.withContiguousStorageIfAvailable { right in
            guard let one = left.baseAddress, let other = right.baseAddress else { return left.count < right.count }
            let order = memcmp(one, other, min(left.count, right.count))
            return order == 0 ? left.count < right.count : order < 0
        }
    }
    if let isEarlier, let isEarlier { return isEarlier }
    return left.utf8.lexicographicallyPrecedes(right.utf8)
}

extension FileStamp {
    /// Whether two names lead to one file.
    func isSameFile(as other: Self) -> Bool { device == other.device && inode == other.inode }
}

extension Folder {
    /// Asks the system only where the permission bits leave a doubt.
    func checkReadable(_ name: String, _ status: stat) throws(SystemError) {
        if status.st_mode & 0o444 == 0o444 { return }
        guard faccessat(descriptor, name, R_OK, AT_EACCESS) == 0 else { throw SystemError("open") }
    }
}
