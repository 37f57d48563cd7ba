import Crypto
import Farm
import Packing

/// Makes the files of a payload ready that are delivered one by one: from a folder, a file, a glob, or inside an archive.
struct DefinedFiles {
    let definition: PayloadDefinition
    /// Where it lies on this machine.
    let place: String
    let hashes: FileHashes

    /// Opens, chooses, names and hashes.
    func open() throws(PayloadError) -> Opened<FilesPayload> {
        let found = try source()
        var entries: [FilesPayload.Entry] = []
        for entry in found.value.entries { entries.append(try arriving(entry)) }
        guard !entries.isEmpty || definition.include.isEmpty && definition.exclude.isEmpty else {
            throw PayloadError(path: definition.from, reason: "holds nothing that `include` and `exclude` leave")
        }
        let digest = ContentDigest.of(entries, isFolder: found.value.isFolder, with: definition)
        // What an archive holds is compared as the archive that it came in, before it was opened.
        if !definition.unpacks, let due = definition.sha256, due != digest {
            throw Self.otherContent(definition.from, due, digest ?? "none")
        }
        let payload = FilesPayload(
            isFolder: found.value.isFolder, entries: entries, source: definition.from, sha256: digest,
            timesTell: definition.modified == .keep, leavesOut: leavesOut)
        return Opened(value: payload, stamps: found.stamps)
    }

    /// What the rules leave out of the folder that arrives; what is outside of the prefix they do not speak of.
    private var leavesOut: (@Sendable ([UInt8], Bool) -> Bool)? {
        guard !definition.include.isEmpty || !definition.exclude.isEmpty else { return nil }
        let chosen = ChosenFiles(
            include: IgnoreRules(definition.include), exclude: IgnoreRules(definition.exclude))
        let prefix = Array(definition.prefix.utf8)
        return { path, isFolder in
            guard path.count > prefix.count, path.starts(with: prefix) else { return false }
            return chosen.leavesOut(Array(path.dropFirst(prefix.count)), isFolder: isFolder)
        }
    }

    private func source() throws(PayloadError) -> Opened<FilesPayload> {
        let rules = (include: IgnoreRules(definition.include), exclude: IgnoreRules(definition.exclude))
        if definition.unpacks { return try UnpackedSource(definition: definition, place: place).open(rules) }
        guard let glob = LocalGlob(place) else { return try FilesSource(hashes: hashes).open(place, rules) }
        let found = try GlobSource(path: place, glob: glob, hashes: hashes).open()
        let chosen = ChosenFiles(include: rules.include, exclude: rules.exclude)
        let entries = found.value.entries.filter { entry in
            chosen.means(entry.path, isFolder: { if case .folder = entry.content { true } else { false } }())
        }
        return Opened(
            value: FilesPayload(isFolder: true, entries: entries, source: definition.from), stamps: found.stamps)
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
            mode: (isFolder ? definition.folderMode : definition.fileMode) ?? entry.mode, modified: modified,
            sha256: entry.sha256)
    }

    /// 1980-01-01T00:00:00Z, the first that a zip can hold.
    private static let fixedTime: Int64 = 315_532_800

    static func otherContent(_ path: String, _ due: String, _ found: String) -> PayloadError {
        PayloadError(
            path: path, reason: "has the checksum \(found), and \(due) is due",
            advice: "it is another build than the playbook means; correct `sha256` when this one is meant")
    }
}
