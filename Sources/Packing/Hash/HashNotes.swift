import Glibc
import Lanes

/// The notes that ``PackMemory`` leaves, one for each set of folders, as a part of the cache.
public struct HashNotes: CacheShelf {
    /// A note that nobody used for so long goes by itself: 90 days, in seconds.
    static let life: Int64 = 90 * 86_400

    private let folder: String

    /// The notes in a folder: see ``PackMemory/usualFolder(_:)``.
    public init(in folder: String) { self.folder = folder }

    /// All notes.
    public func things() -> [CachedThing] {
        guard let notes = try? Folder.open(folder), let names = try? notes.names() else { return [] }
        return names.compactMap { bytes in
            let name = String(decoding: bytes, as: UTF8.self)
            guard let status = try? notes.status(of: name), status.st_mode & S_IFMT == S_IFREG else { return nil }
            return CachedThing(
                .notes, name: name, path: "\(folder)/\(name)", size: UInt64(status.st_size),
                lastUsed: Int64(status.st_mtim.tv_sec), nanoseconds: Int64(status.st_mtim.tv_nsec))
        }
    }

    /// Removes a note: whoever reads it now has it open.
    public func remove(_ thing: CachedThing) -> Bool { unlink(thing.path) == 0 || errno == ENOENT }

    /// Nothing hangs on a note.
    public func tidy() {}

    /// Removes what nobody used for long.
    func removeOld() { prune(usedSince: Int64(time(nil)) - Self.life) }
}
