public import Farm
public import Lanes
public import Packing
import Synchronization

/// Opens each local app, file and folder once per run and gives the same bytes to all phones.
///
/// The first call for a path reads, maps and, for apps, hashes; it blocks for as long as that takes (about half a
/// second per GiB of app), and other callers of the same path wait for it. Later calls cost a look at the file's time
/// and size at most once a second: a payload that somebody changes in mid-run is an error, never a mixture.
public final class PayloadStore: PayloadProviding {
    private let clock: any LaneClock
    private let apps = Mutex<[String: OncePerRun<AppPayload>]>([:])
    private let folders = Mutex<[String: OncePerRun<FilesPayload>]>([:])
    private let blocks = SharedWork<BlocksKey, [String]>(most: 256)
    private let archives = SharedWork<[ArchivedKey], Result<SharedBytes, PayloadError>>(most: 64)
    private let defined = Mutex<[PayloadDefinition: OncePerRun<FilesPayload>]>([:])

    private let fetched = Mutex<[FetchedPart: String]>([:])
    private let store: ContentStore?
    private let hashes: FileHashes
    /// Archives that a run delivers, which nobody may clean up meanwhile.
    private let held = Mutex<[StoredContent]>([])
    /// What was fetched, likewise.
    let heldFolders = Mutex<[FetchedFolders.Hold]>([])

    /// A store with nothing opened yet.
    ///
    /// - Parameters:
    ///   - store: Where archives are kept that payloads are packed into; nil when none are.
    ///   - hashMemory: The folder where runs leave the hashes of files for later ones, which then read only what has
    ///     changed; nil to read all.
    public init(clock: any LaneClock = SystemClock(), store: ContentStore? = nil, hashMemory: String? = nil) {
        self.clock = clock
        self.store = store
        hashes = FileHashes(memory: hashMemory)
    }

    /// Opens an app: an `.apk`, a folder of splits, an `.apks` or an `.xapk`.
    ///
    /// - Throws: `PayloadError` when it cannot be read or is no app, or when it has changed since it was first opened.
    public func app(at path: String) throws(PayloadError) -> AppPayload {
        try Self.requireLocal(path)
        let key = FileStamp.canonical(path)
        let once = apps.withLock { apps in
            let once = apps[key] ?? OncePerRun()
            apps[key] = once
            return once
        }
        return try once.value(at: clock.now, path: path) { () throws(PayloadError) in try AppSource.open(path) }
    }

    /// Opens a file or a folder for pushing.
    ///
    /// Links inside a folder are delivered as links and never followed.
    ///
    /// - Throws: `PayloadError` when something cannot be read, or has changed since it was first opened.
    public func files(at path: String) throws(PayloadError) -> FilesPayload {
        try Self.requireLocal(path)
        let key = FileStamp.canonical(path)
        let once = folders.withLock { folders in
            let once = folders[key] ?? OncePerRun()
            folders[key] = once
            return once
        }
        return try once.value(at: clock.now, path: path) { () throws(PayloadError) in
            try FilesSource(hashes: hashes).open(path)
        }
    }

    /// A step opens what lies here; only payloads are fetched, once and before phones are touched.
    private static func requireLocal(_ path: String) throws(PayloadError) {
        guard PayloadDefinition.scheme(of: path) != nil else { return }
        throw PayloadError(
            path: path, reason: "is an address, and no file of this machine",
            advice: "name it below `payloads:` as `from`, and the payload in the step")
    }

    /// Hashes a long file block by block, once per run and on all cores; the caller's lane goes on meanwhile.
    public func blockHashes(of bytes: SharedBytes, size: Int) async -> [String] {
        await blocks.value(for: BlocksKey(bytes: ObjectIdentifier(bytes), size: size)) {
            BlockHashes.of(bytes, size: size)
        }
    }

    /// Packs entries into a tar archive, once for all phones that get the same; the caller's lane goes on meanwhile.
    public func archive(of entries: [FilesPayload.Entry]) async throws(PayloadError) -> SharedBytes {
        let result = await archives.value(for: entries.map(ArchivedKey.init)) {
            Result { () throws(PayloadError) in try PackedFiles.pack(entries) }
        }
        return try result.get()
    }

    /// Opens the app that a payload of the playbook names, and compares its checksum.
    ///
    /// - Throws: `PayloadError` when it is not what is due, or when it has changed since it was first opened.
    public func app(of definition: PayloadDefinition) throws(PayloadError) -> AppPayload {
        guard definition.pack == .none, !definition.unpacks else {
            throw PayloadError(path: definition.from, reason: "is packed or unpacked, and an app is installed as it is")
        }
        if definition.sha256 != nil { _ = try files(of: definition) }
        let place = try place(of: definition)
        guard let glob = LocalGlob(place) else { return try app(at: place) }
        let matches = try GlobSource(path: place, glob: glob).paths()
        guard let only = matches.first, matches.count == 1 else {
            throw PayloadError(path: definition.from, reason: "matches \(matches.count) builds, and one is due")
        }
        return try app(at: only)
    }

    /// Makes the files ready that a payload of the playbook names: chosen, named, packed and hashed as it says.
    ///
    /// - Throws: `PayloadError` when it is not what is due, or when it has changed since it was first opened.
    public func files(of definition: PayloadDefinition) throws(PayloadError) -> FilesPayload {
        let place = try place(of: definition)
        let once = defined.withLock { defined in
            let once = defined[definition] ?? OncePerRun()
            defined[definition] = once
            return once
        }
        let root = LocalGlob(place)?.base ?? place
        return try once.value(at: clock.now, path: root) { () throws(PayloadError) in
            guard definition.pack != .none else {
                return try DefinedFiles(definition: definition, place: place, hashes: hashes).open()
            }
            guard let store else {
                throw PayloadError(
                    path: definition.from, reason: "cannot be packed: there is no folder for archives",
                    advice: "name one in DROVER_CACHE")
            }
            let (opened, content) = try PackedSource(definition: definition, place: place, store: store).open()
            held.withLock { $0.append(content) }
            return opened
        }
    }

    /// Where a payload lies on this machine.
    ///
    /// - Throws: `PayloadError` for one that was to be fetched and was not.
    public func place(of definition: PayloadDefinition) throws(PayloadError) -> String {
        guard definition.isFetched else { return definition.from }
        guard let place = fetched.withLock({ $0[FetchedPart(definition)] }) else {
            throw PayloadError(path: definition.from, reason: "was not fetched")
        }
        return place
    }

    /// Notes where what a payload fetched lies.
    func noteFetched(_ definition: PayloadDefinition, at place: String) {
        fetched.withLock { $0[FetchedPart(definition)] = place }
    }

    /// Why nothing can be opened at a local place: `does not exist`, `matches nothing`; nil when something is there.
    public static func lack(of place: String) -> String? {
        guard let glob = LocalGlob(place) else { return FileStamp(of: place) == nil ? "does not exist" : nil }
        do throws(PayloadError) {
            _ = try GlobSource(path: place, glob: glob).paths()
            return nil
        } catch {
            return error.reason
        }
    }
}

/// What of a payload decides on what is fetched for it.
struct FetchedPart: Hashable {
    let from: String
    let account: String?
    let include: [String]
    let exclude: [String]

    init(_ definition: PayloadDefinition) {
        from = definition.from
        account = definition.account
        include = definition.include
        exclude = definition.exclude
    }
}

private struct BlocksKey: Hashable {
    let bytes: ObjectIdentifier
    let size: Int
}

/// What makes an entry the same for two phones; its bytes stay the same object for the whole run.
private struct ArchivedKey: Hashable {
    let path: String
    let bytes: ObjectIdentifier?

    init(_ entry: FilesPayload.Entry) {
        path = entry.path
        if case .bytes(let content) = entry.content { bytes = ObjectIdentifier(content) } else { bytes = nil }
    }
}
