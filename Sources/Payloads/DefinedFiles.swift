import Crypto
import Farm
import Glibc
import Lanes

/// Makes the files of a payload ready that lies on this machine and is delivered file by file.
struct DefinedFiles {
    let definition: PayloadDefinition

    /// Opens, chooses, names and hashes.
    func open() throws(PayloadError) -> Opened<FilesPayload> {
        let found = try source()
        let root = LocalGlob(definition.from)?.base ?? definition.from
        let digest = try ContentDigest(definition: definition, root: root).digest(of: found)
        if let due = definition.sha256, due != digest { throw otherContent(due, digest) }
        var entries: [FilesPayload.Entry] = []
        for entry in found.value.entries { entries.append(try arriving(entry)) }
        guard !entries.isEmpty || definition.include.isEmpty else {
            throw PayloadError(path: definition.from, reason: "holds nothing that `include` means")
        }
        let payload = FilesPayload(
            isFolder: found.value.isFolder, entries: entries, source: definition.from, sha256: digest)
        return Opened(value: payload, stamps: found.stamps)
    }

    private func source() throws(PayloadError) -> Opened<FilesPayload> {
        guard let glob = LocalGlob(definition.from) else { return try FilesSource.open(definition.from) }
        return try GlobSource(path: definition.from, glob: glob).open()
    }

    /// An entry as it arrives: below the prefix, with the bits and the time that the payload says.
    private func arriving(_ entry: FilesPayload.Entry) throws(PayloadError) -> FilesPayload.Entry {
        let path = definition.prefix + entry.path
        if let layout = definition.layout, !layout.allows(path) {
            throw PayloadError(
                path: definition.from, reason: "holds \(path), which begins with no folder of a phone's root",
                advice: "put a `prefix` in front, such as data/local/tmp/, or leave `layout` out")
        }
        let isFolder = if case .folder = entry.content { true } else { false }
        let modified =
            switch definition.modified {
            case .keep: entry.modified
            case .fixed: Self.fixedTime
            case .at(let seconds): seconds
            }
        return FilesPayload.Entry(
            path: path, content: entry.content,
            mode: (isFolder ? definition.folderMode : definition.fileMode) ?? entry.mode, modified: modified)
    }

    /// 1980-01-01T00:00:00Z, the first that a zip can hold.
    private static let fixedTime: Int64 = 315_532_800

    private func otherContent(_ due: String, _ found: String) -> PayloadError {
        PayloadError(
            path: definition.from, reason: "has the checksum \(found), and \(due) is due",
            advice: "it is another build than the playbook means; correct `sha256` when this one is meant")
    }
}

/// Opens everything that a glob matches, with paths below the folder that it begins in.
struct GlobSource {
    let path: String
    let glob: LocalGlob

    func open() throws(PayloadError) -> Opened<FilesPayload> {
        let matches = try matches()
        guard let root = FileStamp(of: glob.base) else { throw StampedPaths.changed(path, nil) }
        var entries: [FilesPayload.Entry] = []
        var below: [(path: String, stamp: FileStamp)] = []
        for match in matches {
            let place = place(of: match)
            var status = stat()
            guard lstat(place, &status) == 0 else { throw StampedPaths.changed(path, match) }
            below.append((match, FileStamp(status)))
            guard status.st_mode & S_IFMT != S_IFLNK else {
                // As inside a folder: a link is delivered as one.
                entries.append(try link(match, status))
                continue
            }
            let opened = try FilesSource.open(place)
            below += opened.stamps.below.map { ("\(match)/\($0.path)", $0.stamp) }
            let isFolder = opened.value.isFolder
            entries += opened.value.entries.map { $0.renamed(isFolder ? "\(match)/\($0.path)" : match) }
        }
        entries.sort { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
        let payload = FilesPayload(isFolder: true, entries: entries, source: path)
        return Opened(value: payload, stamps: StampedPaths(root: root, below: below))
    }

    private func link(_ match: String, _ status: stat) throws(PayloadError) -> FilesPayload.Entry {
        let names = match.split(separator: "/")
        let parent = names.dropLast().joined(separator: "/")
        do throws(SystemError) {
            let folder = try Folder.open(place(of: parent))
            let text = try folder.link(names.last.map(String.init) ?? "")
            return FilesPayload.Entry(
                path: match, content: .link(to: text), mode: status.st_mode & 0o777,
                modified: Int64(status.st_mtim.tv_sec))
        } catch {
            throw PayloadError(path: path, reason: "cannot be read: \(match): \(error.reason)")
        }
    }

    /// The paths of everything that it matches.
    func paths() throws(PayloadError) -> [String] { try matches().map(place) }

    private func place(of match: String) -> String {
        if match.isEmpty { return glob.base }
        switch glob.base {
        case "/": return "/\(match)"
        case ".": return match
        default: return "\(glob.base)/\(match)"
        }
    }

    private func matches() throws(PayloadError) -> [String] {
        guard FileStamp(of: glob.base) != nil else {
            throw PayloadError(path: path, reason: "matches nothing: there is no folder \(glob.base)")
        }
        let found: [String]
        do throws(SystemError) {
            found = try glob.matches()
        } catch {
            throw PayloadError(path: path, reason: "cannot be looked for: \(error.reason)")
        }
        guard !found.isEmpty else { throw PayloadError(path: path, reason: "matches nothing") }
        return found
    }
}

extension FilesPayload.Entry {
    fileprivate func renamed(_ path: String) -> FilesPayload.Entry {
        FilesPayload.Entry(path: path, content: content, mode: mode, modified: modified)
    }
}
