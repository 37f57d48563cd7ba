import Farm
import Glibc
import Lanes

/// Goes through a local folder and everything below it, never through a link.
struct FolderWalk {
    struct Problem {
        let path: String
        let reason: String
    }

    /// A file up to this size is always copied: a mapping would take a whole page and one of the system's 65,530 places.
    private static let alwaysCopied = 4 << 10
    /// A file up to this size is copied as long as all copies together stay below ``mostCopied``.
    private static let usuallyCopied = 64 << 10
    private static let mostCopied = 16 << 20
    /// Each level holds a descriptor.
    private static let deepest = 128

    private(set) var entries: [FilesPayload.Entry] = []
    private(set) var stamps: [(path: String, stamp: FileStamp)] = []
    private(set) var problems: [Problem] = []
    private var copied = 0

    mutating func walk(_ root: String) {
        do {
            try walk(try Folder.open(root), at: "", depth: 1)
        } catch {
            problems.append(Problem(path: root, reason: error.reason))
        }
    }

    /// Returns whether the folder was empty.
    @discardableResult
    private mutating func walk(_ folder: borrowing Folder, at path: String, depth: Int) throws(SystemError) -> Bool {
        let names = try folder.names()
        for bytes in names {
            // A name that is no UTF-8 cannot be told to a phone unchanged.
            guard let name = String(validating: bytes, as: UTF8.self) else {
                problems.append(
                    Problem(path: path + String(decoding: bytes, as: UTF8.self), reason: "its name is not UTF-8"))
                continue
            }
            do {
                try take(name, in: folder, at: path + name, depth: depth)
            } catch {
                problems.append(Problem(path: path + name, reason: error.reason))
            }
        }
        return names.isEmpty
    }

    private mutating func take(
        _ name: String, in folder: borrowing Folder, at path: String, depth: Int
    ) throws(SystemError) {
        let status = try folder.status(of: name)
        stamps.append((path, FileStamp(status)))
        switch status.st_mode & S_IFMT {
        case S_IFDIR:
            guard depth < Self.deepest else { throw SystemError("open", errno: ELOOP) }
            if try walk(try folder.folder(name), at: path + "/", depth: depth + 1) {
                add(path, .folder, status)
            }
        case S_IFLNK: add(path, .link(to: try folder.link(name)), status)
        case S_IFREG:
            let file = try LocalFile.open(name, in: folder.descriptor)
            guard file.stamp == FileStamp(status) else { throw SystemError("open", errno: ESTALE) }
            add(path, .bytes(try bytes(of: file)), status)
        default: problems.append(Problem(path: path, reason: "is no file, folder or link"))
        }
    }

    private mutating func bytes(of file: borrowing LocalFile) throws(SystemError) -> SharedBytes {
        let size = Int(file.status.st_size)
        guard size <= Self.alwaysCopied || (size <= Self.usuallyCopied && copied + size <= Self.mostCopied) else {
            return try file.mapped()
        }
        copied += size
        return try file.copied()
    }

    private mutating func add(_ path: String, _ content: FileToPush.Content, _ status: stat) {
        entries.append(
            FilesPayload.Entry(
                path: path, content: content, mode: status.st_mode & 0o777, modified: Int64(status.st_mtim.tv_sec)))
    }
}
