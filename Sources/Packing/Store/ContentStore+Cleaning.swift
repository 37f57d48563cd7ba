import Crypto
import Glibc
import Lanes

extension ContentStore: CacheShelf {
    /// All contents.
    public func things() -> [CachedThing] {
        var things: [CachedThing] = []
        for folder in names(in: "\(path)/objects") {
            for name in names(in: "\(path)/objects/\(folder)") {
                guard let hash = SHA256Digest(hex: name), let thing = thing(hash) else { continue }
                things.append(thing)
            }
        }
        return things
    }

    /// Brings the store below its capacity.
    func makeRoom() {
        // Looked at after every addition: most of the time there is nothing to do.
        if things().reduce(0, { $0 + $1.size }) > capacity { prune(keeping: capacity) }
    }

    /// Removes a content, unless somebody holds it.
    public func remove(_ thing: CachedThing) -> Bool {
        let file = thing.path
        let descriptor = open(file, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else { return errno == ENOENT }
        defer { close(descriptor) }
        // A name is never given to another file while its own is there, and nobody else removes what is locked here.
        var status = stat()
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0, fstat(descriptor, &status) == 0 else { return false }
        guard status.st_nlink > 0 else { return true }
        guard unlink(file) == 0 else { return false }
        SeenNote(path: file + ".seen").remove()
        return true
    }

    private func thing(_ hash: SHA256Digest) -> CachedThing? {
        let file = objectPath(hash)
        var status = stat()
        var note = stat()
        guard lstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        let used = lstat(file + ".seen", &note) == 0 ? note.st_mtim : status.st_mtim
        return CachedThing(
            .content, name: hash.hex, path: file, size: UInt64(status.st_size), lastUsed: Int64(used.tv_sec),
            nanoseconds: Int64(used.tv_nsec), isHeld: CachePlace.isHeld(file))
    }

    /// Removes keys whose content is gone: they are of no use.
    public func tidy() {
        for name in names(in: "\(path)/keys") {
            let file = "\(path)/keys/\(name)"
            guard SHA256Digest(hex: name) != nil, let bytes = try? LocalFile.open(file).start(80) else { continue }
            let hash = SHA256Digest(hex: String(decoding: bytes.prefix { $0 != 0x0A }, as: UTF8.self))
            if hash.map({ access(objectPath($0), F_OK) != 0 }) ?? true { unlink(file) }
        }
    }

    private func names(in folder: String) -> [String] {
        // No folder holds nothing.
        let names = (try? Folder.open(folder).names()) ?? []
        return names.map { String(decoding: $0, as: UTF8.self) }
    }
}
