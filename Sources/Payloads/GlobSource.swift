import Farm
import Glibc
import Lanes
import Packing

/// Opens everything that a glob matches, with paths below the folder that it begins in.
struct GlobSource {
    let path: String
    let glob: LocalGlob
    var hashes = FileHashes(memory: nil)

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
            let opened = try FilesSource(hashes: hashes).open(place)
            below += opened.stamps.below.map { ("\(match)/\($0.path)", $0.stamp) }
            let isFolder = opened.value.isFolder
            if isFolder, opened.value.entries.isEmpty, !match.isEmpty {
                // As inside a folder: an empty one is delivered too.
                entries.append(
                    FilesPayload.Entry(
                        path: match, content: .folder, mode: status.st_mode & 0o777,
                        modified: Int64(status.st_mtim.tv_sec)))
            }
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
