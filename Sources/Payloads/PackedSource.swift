import Archive
import Crypto
import Farm
import Glibc
import Lanes
import Packing

/// Makes the one archive of a payload that is delivered packed, and keeps it in the content store.
///
/// A tree that looks as it did when it was packed is not read again: its archive is found by what it was made from.
struct PackedSource {
    let definition: PayloadDefinition
    let place: String
    let store: ContentStore

    func open() throws(PayloadError) -> (opened: Opened<FilesPayload>, held: StoredContent) {
        do throws(PackingError) {
            let tree = try scan()
            let options = options
            if let due = definition.sha256 {
                let found = try TreeHasher(tree, options).hash().root.hex
                guard found == due else {
                    let error = DefinedFiles.otherContent(definition.from, due, found)
                    throw PackingError(.refused, path: error.path, reason: error.reason, advice: error.advice)
                }
            }
            let content = try packed(tree, options)
            return (try opened(content, tree), content)
        } catch {
            throw PayloadError(path: error.path, reason: error.reason, advice: error.advice)
        }
    }

    private func scan() throws(PackingError) -> Tree {
        var include = definition.include
        var root = place
        if let glob = LocalGlob(place) {
            guard include.isEmpty else {
                throw PackingError(
                    .refused, path: definition.from, reason: "is a pattern, and `include` has others",
                    advice: "name the folder in `from`, and all patterns in `include`")
            }
            root = glob.base
            include = [
                glob.base == "." ? "/\(place)" : "/\(place.dropFirst(glob.base == "/" ? 1 : glob.base.count + 1))"
            ]
        }
        var scan = TreeScan(include: IgnoreRules(include), exclude: IgnoreRules(definition.exclude))
        var status = stat()
        guard stat(root, &status) == 0 else {
            let error = SystemError("stat")
            throw PackingError(
                .unreadable, path: definition.from,
                reason: error.errno == ENOENT ? "does not exist" : "cannot be read: \(error.reason)")
        }
        if status.st_mode & S_IFMT == S_IFDIR { scan.add(folder: root) } else { scan.add(file: root) }
        let tree = scan.finish()
        guard scan.problems.isEmpty else { throw PackingError.refusing(scan.problems, in: definition.from) }
        guard !tree.entries.isEmpty else {
            throw PackingError(.refused, path: definition.from, reason: "holds nothing that is meant")
        }
        if let layout = definition.layout,
            let wrong = tree.entries.first(where: { !layout.allows(definition.prefix + $0.path) })
        {
            throw PackingError(
                .refused, path: definition.from,
                reason: "holds \(definition.prefix + wrong.path), which begins with no folder of a phone's root",
                advice: "put a `prefix` in front, such as data/local/tmp/, or leave `layout` out")
        }
        return tree
    }

    private var format: ArchiveFormat {
        switch definition.pack {
        case .none, .tar: .tar
        case .tarZstd: .tarZstd
        case .zip: .zip
        }
    }

    private var options: PackOptions {
        var options = PackOptions(format)
        options.prefix = definition.prefix.hasSuffix("/") ? String(definition.prefix.dropLast()) : definition.prefix
        if let mode = definition.fileMode { options.modes = .fixed(mode) }
        if let owner = definition.owner {
            options.owners = .fixed(user: owner.user, group: owner.group)
        } else if definition.layout == .phoneRoot {
            options.owners = .phoneRoot
        }
        switch definition.modified {
        case .keep: options.times = .keep
        case .fixed: break
        case .at(let seconds): options.times = .fixed(seconds)
        }
        return options
    }

    private func packed(_ tree: Tree, _ options: PackOptions) throws(PackingError) -> StoredContent {
        let key = key(tree, options)
        if let known = try store.content(forKey: key) { return known }
        let new = try store.begin()
        _ = try Packer(tree, options).pack { (block) throws(PackingError) in try new.write(block) }
        let content = try new.finish()
        try store.remember(content.hash, forKey: key)
        return content
    }

    /// What the archive is made from: the options, and how every entry looks from outside.
    private func key(_ tree: Tree, _ options: PackOptions) -> SHA256Digest {
        let kind = "pack 1 \(options.format.name) \(options.prefix) \(options.modes) \(options.owners) \(options.times)"
        var hash = SHA256()
        hash.update(Array(kind.utf8) + [0])
        for entry in tree.entries {
            hash.update(Array(entry.path.utf8) + [0] + Array("\(entry.kind) \(entry.mode) \(entry.stamp)".utf8) + [0])
        }
        return hash.finish()
    }

    private func opened(_ content: StoredContent, _ tree: Tree) throws(PackingError) -> Opened<FilesPayload> {
        let bytes: SharedBytes
        do throws(SystemError) {
            bytes = try SharedBytes(mapping: content.path)
        } catch {
            throw PackingError(.unreadable, path: content.path, reason: "cannot be read: \(error.reason)")
        }
        let entry = FilesPayload.Entry(
            path: "\(definition.name).\(format.name)", content: .bytes(bytes), mode: 0o644,
            modified: WrittenEntry.usualTime, sha256: content.hash.hex)
        // Every archive has the same time, and mostly the size of the one before it.
        let payload = FilesPayload(
            isFolder: false, entries: [entry], source: definition.from, sha256: content.hash.hex, timesTell: false)
        let root = LocalGlob(place)?.base ?? place
        guard let stamp = FileStamp(of: root) else {
            throw PackingError(.changed, path: definition.from, reason: "has changed while it was packed")
        }
        let below = tree.roots.first?.path == root ? tree.entries.map { (path: $0.path, stamp: $0.stamp) } : []
        return Opened(value: payload, stamps: StampedPaths(root: stamp, below: below))
    }
}
