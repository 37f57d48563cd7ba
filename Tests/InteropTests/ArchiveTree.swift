import Archive
import Crypto
import Glibc

/// What a program may not keep of a tree.
enum Trait: Hashable {
    /// Symbolic links.
    case links
    /// Several names of one file.
    case hardLinks
    /// Permissions.
    case modes
    /// Times of files, in seconds.
    case times
    /// Times of folders.
    case folderTimes
    /// Whether a letter is composed or combined.
    case composition
    /// Names that fill 255 bytes, and paths beyond 255.
    case longNames
    /// Backslashes in names.
    case backslashes
    /// Control characters in names.
    case controls
    /// Folders with nothing in them.
    case emptyFolders
}

/// A tree with every odd kind of name and size, and what it looks like.
enum ArchiveTree {
    /// Makes the tree in an empty folder.
    static func make(in root: String, without lacks: Set<Trait>) throws {
        func file(_ path: String, _ count: Int, mode: mode_t = 0o644, modified: Int = 1_700_000_001) throws {
            try folders(of: path)
            let descriptor = open("\(root)/\(path)", O_WRONLY | O_CREAT | O_EXCL, 0o600)
            guard descriptor >= 0 else { throw Failure(path) }
            defer { close(descriptor) }
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 131 &+ $0 >> 8) }
            guard Glibc.write(descriptor, bytes, count) == count else { throw Failure(path) }
            fchmod(descriptor, mode)
            setTime("\(root)/\(path)", modified)
        }
        func folders(of path: String) throws {
            var made = root
            for part in path.split(separator: "/").dropLast() {
                made += "/\(part)"
                guard mkdir(made, 0o755) == 0 || errno == EEXIST else { throw Failure(made) }
            }
        }
        for count in [0, 1, 511, 512, 513, 10_240, 65_537, 1_048_579] { try file("sizes/\(count)", count) }
        try file("with space and  two", 3)
        try file("-leading-dash", 3)
        try file(".hidden", 3)
        try file("quote'\" star* what? [x]", 3)
        if !lacks.contains(.backslashes) { try file("back\\slash", 3) }
        try file("日本語/ファイル", 3)
        try file("emoji 🎮", 3)
        try file("caf\u{e9}", 4)
        if !lacks.contains(.composition) { try file("cafe\u{301}", 5) }
        if !lacks.contains(.controls) {
            try file("new\nline", 3)
            try file("tab\there", 3)
        }
        try file("modes/private", 3, mode: 0o600)
        try file("modes/program", 3, mode: 0o755)
        try file("modes/read-only", 3, mode: 0o444)
        try file("old", 3, modified: 1_000_000_001)
        try file("deep/" + String(repeating: "folder-name/", count: 8) + "end", 3)
        if !lacks.contains(.longNames) {
            try file("deeper/" + String(repeating: "folder-name-12/", count: 30) + "end", 3)
            try file(String(repeating: "n", count: 255), 3)
            try file("wide/" + String(repeating: "ü", count: 127), 3)
        }
        if !lacks.contains(.emptyFolders) {
            try folders(of: "empty/folder/x")
            chmod("\(root)/empty/folder", 0o700)
        }
        if !lacks.contains(.hardLinks) {
            link("\(root)/sizes/513", "\(root)/second name")
            link("\(root)/sizes/513", "\(root)/zz third name")
        }
        if !lacks.contains(.links) {
            symlink("sizes/1", "\(root)/link")
            symlink("nowhere", "\(root)/dangling")
            symlink("../日本語", "\(root)/deep/link to folder")
            if !lacks.contains(.longNames) {
                symlink(String(repeating: "long/", count: 40) + "end", "\(root)/long link")
            }
        }
        for entry in try entries(of: root) where entry.kind == S_IFDIR { setTime(entry.whole, 1_600_000_000) }
    }

    struct Failure: Error {
        let path: String
        init(_ path: String) { self.path = path }
    }

    private static func setTime(_ path: String, _ seconds: Int) {
        let times = [timespec(tv_sec: seconds, tv_nsec: 0), timespec(tv_sec: seconds, tv_nsec: 0)]
        utimensat(AT_FDCWD, path, times, AT_SYMLINK_NOFOLLOW)
    }

    /// One thing in a tree.
    struct Entry {
        let path: String
        let whole: String
        let status: stat
        var kind: mode_t { status.st_mode & S_IFMT }
    }

    /// Everything below a folder by path, sorted by bytes; folders before what is in them.
    static func entries(of root: String) throws -> [Entry] {
        var found: [Entry] = []
        var waiting = [""]
        while let folder = waiting.popLast() {
            guard let listing = opendir(folder.isEmpty ? root : "\(root)/\(folder)") else { throw Failure(folder) }
            defer { closedir(listing) }
            while let item = readdir(listing) {
                let name = withUnsafeBytes(of: item.pointee.d_name) { bytes in
                    String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
                }
                guard name != ".", name != ".." else { continue }
                let path = folder.isEmpty ? name : "\(folder)/\(name)"
                var status = stat()
                guard lstat("\(root)/\(path)", &status) == 0 else { throw Failure(path) }
                found.append(Entry(path: path, whole: "\(root)/\(path)", status: status))
                if status.st_mode & S_IFMT == S_IFDIR { waiting.append(path) }
            }
        }
        return found.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
    }

    /// A line for everything in the tree, as far as it can be the same after a round trip.
    static func picture(of root: String, without lacks: Set<Trait>) throws -> [String] {
        let all = try entries(of: root)
        var firstNames: [UInt64: String] = [:]
        return try all.compactMap { entry in
            // Bytes, not characters: letters that are composed in another way are equal strings.
            var line = entry.path.utf8.map { (0x21...0x7E).contains($0) ? String(UnicodeScalar($0)) : "%\($0)" }
                .joined()
            switch entry.kind {
            case S_IFDIR:
                line += " folder"
                if !lacks.contains(.folderTimes) { line += " \(entry.status.st_mtim.tv_sec)" }
            case S_IFLNK:
                if lacks.contains(.links) { return nil }
                return line + " -> " + linkText(entry)
            default:
                line += " file \(entry.status.st_size) \(SHA256.hash(of: try bytes(of: entry.whole)))"
                if !lacks.contains(.times) { line += " \(entry.status.st_mtim.tv_sec)" }
                if !lacks.contains(.hardLinks), entry.status.st_nlink > 1 {
                    let first = firstNames[UInt64(entry.status.st_ino), default: line]
                    firstNames[UInt64(entry.status.st_ino)] = first
                    line += " same as \(first)"
                }
            }
            if !lacks.contains(.modes) { line += " " + String(entry.status.st_mode & 0o7777, radix: 8) }
            return line
        }
    }

    private static func linkText(_ entry: Entry) -> String {
        var text = [CChar](repeating: 0, count: 4096)
        let count = readlink(entry.whole, &text, text.count)
        return String(decoding: text.prefix(max(0, count)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Packs the tree with our own writer.
    static func pack(_ root: String, _ format: ArchiveFormat, to path: String) throws {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
        guard descriptor >= 0 else { throw Failure(path) }
        defer { close(descriptor) }
        var writer = try ArchiveWriter(format) { (block) throws(ArchiveError) in
            guard Glibc.write(descriptor, block.baseAddress, block.count) == block.count else {
                throw ArchiveError(.cannotWrite, "write \(path)", reason: "it is short")
            }
        }
        var firstNames: [UInt64: String] = [:]
        for entry in try entries(of: root) {
            var content: [UInt8] = []
            let kind: WrittenEntry.Kind
            switch entry.kind {
            case S_IFDIR: kind = .folder
            case S_IFLNK:
                kind = .link(to: linkText(entry))
            default:
                let first = firstNames[UInt64(entry.status.st_ino)]
                if format.takesHardLinks, let first {
                    kind = .hardLink(to: first)
                } else {
                    firstNames[UInt64(entry.status.st_ino)] = entry.path
                    content = try bytes(of: entry.whole)
                    kind = .file(size: UInt64(content.count))
                }
            }
            try writer.begin(
                WrittenEntry(
                    path: entry.path, kind: kind, mode: UInt32(entry.status.st_mode & 0o7777),
                    modified: Int64(entry.status.st_mtim.tv_sec)))
            let written = content.withUnsafeBytes { bytes in
                Result { () throws(ArchiveError) in try writer.write(bytes) }
            }
            try written.get()
        }
        try writer.finish()
    }

    /// Unpacks an archive with our own reader.
    static func unpack(
        _ path: String, into folder: String, password: String? = nil, limits: ArchiveLimits = ArchiveLimits()
    ) throws(ArchiveError) -> ExtractionReport {
        let descriptor = open(path, O_RDONLY)
        guard descriptor >= 0 else { throw ArchiveError(.cannotOpen, "open \(path)", reason: "it is not there") }
        defer { close(descriptor) }
        var reader = try ArchiveReader(descriptor: descriptor, kinds: .all, password: password, limits: limits)
        return try Extraction.unpack(&reader, into: folder, limits: limits)
    }
}
