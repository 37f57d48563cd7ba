import Crypto
import Glibc
import Lanes
public import Packing

/// What came from addresses, as a part of the cache: a folder for each address, with a file `.address` that tells it.
///
/// Whoever uses such a folder holds a lock (`flock`) on that file, and sets its time. What was recorded of a server, in
/// files that end in `.sha256`, stays when the rest goes: it tells later that the server gives something else.
public struct FetchedFolders: CacheShelf {
    private static let mark = ".address"
    private static let record = ".sha256"

    private let folder: String
    /// Bytes that are kept; more only while they are in use.
    private let capacity: UInt64

    /// What was fetched into a content store's folder: see ``ContentStore/usualPath(_:)``.
    ///
    /// - Parameter capacity: In bytes; 20 GiB by default.
    public init(in store: String, capacity: UInt64 = ContentStore.usualCapacity) {
        folder = "\(store)/fetched"
        self.capacity = capacity
    }

    /// The folder for an address, whatever is in it.
    func place(of address: String) -> String { "\(folder)/\(SHA256.hash(of: address).hex.prefix(32))" }

    // MARK: - Use

    /// Makes the folder for an address, and has nobody remove it as long as the answer lives; it counts as used now.
    ///
    /// - Parameter shown: The address as people may read it, without a password.
    func hold(_ address: String, shown: String) throws(SystemError) -> Hold {
        let place = place(of: address)
        let mark = "\(place)/\(Self.mark)"
        while true {
            try CachePlace.make(place)
            let descriptor = open(mark, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
            guard descriptor >= 0 else {
                // Somebody has just removed the folder.
                if errno == ENOENT { continue }
                throw SystemError("open")
            }
            let hold = Hold(descriptor)
            while flock(descriptor, LOCK_SH) != 0 {
                guard errno == EINTR else { throw SystemError("flock") }
            }
            // While we waited for it, it may have been removed with its folder.
            guard Self.isSame(descriptor, mark) else { continue }
            let text = Array(shown.utf8)
            guard pwrite(descriptor, text, text.count, 0) == text.count, ftruncate(descriptor, off_t(text.count)) == 0
            else { throw SystemError("write") }
            futimens(descriptor, nil)
            return hold
        }
    }

    /// Keeps the folder of an address.
    final class Hold: Sendable {
        private let descriptor: CInt

        fileprivate init(_ descriptor: CInt) { self.descriptor = descriptor }

        deinit { close(descriptor) }
    }

    /// Brings all that was fetched below the capacity.
    func makeRoom() {
        if things().reduce(0, { $0 + $1.size }) > capacity { prune(keeping: capacity) }
    }

    // MARK: - Cleaning

    /// All folders that hold more than records.
    public func things() -> [CachedThing] {
        names(in: folder).filter { !$0.hasPrefix(".") }.compactMap { name in
            let place = "\(folder)/\(name)"
            let inside = names(in: place)
            guard inside.contains(where: { !$0.hasSuffix(Self.record) }) else { return nil }
            let mark = "\(place)/\(Self.mark)"
            var status = stat()
            // One from a time when nothing told its address.
            guard lstat(mark, &status) == 0 || lstat(place, &status) == 0 else { return nil }
            let told = try? LocalFile.open(mark).copied().withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
            let unnamed = inside.first { !$0.hasPrefix(".") && !$0.hasSuffix(Self.record) }
            return CachedThing(
                .address, name: told.flatMap { $0.isEmpty ? nil : $0 } ?? unnamed ?? name, path: place,
                size: size(of: place), lastUsed: Int64(status.st_mtim.tv_sec),
                nanoseconds: Int64(status.st_mtim.tv_nsec), isHeld: CachePlace.isHeld(mark))
        }
    }

    /// Removes what an address brought, unless somebody holds it; what was recorded stays.
    public func remove(_ thing: CachedThing) -> Bool {
        let mark = "\(thing.path)/\(Self.mark)"
        let descriptor = open(mark, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { return errno == ENOENT }
        defer { close(descriptor) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0, Self.isSame(descriptor, mark) else { return false }
        // Under another name first: who comes now makes a folder of its own.
        let gone = "\(folder)/.gone-\(getpid())-\(UInt32.random(in: .min ... .max))"
        guard rename(thing.path, gone) == 0 else { return false }
        for name in names(in: gone) where name.hasSuffix(Self.record) {
            if (try? CachePlace.make(thing.path)) != nil { link("\(gone)/\(name)", "\(thing.path)/\(name)") }
        }
        removeAll(gone)
        return true
    }

    /// Removes what a kill has left of a removal.
    public func tidy() {
        for name in names(in: folder) where name.hasPrefix(".gone-") { removeAll("\(folder)/\(name)") }
    }

    private static func isSame(_ descriptor: CInt, _ path: String) -> Bool {
        var (own, named) = (stat(), stat())
        return fstat(descriptor, &own) == 0 && lstat(path, &named) == 0 && own.st_ino == named.st_ino
            && own.st_dev == named.st_dev
    }

    // MARK: - Folders

    /// Nothing for what is no folder; links are never followed.
    private func names(in path: String) -> [String] {
        var status = stat()
        guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else { return [] }
        let names = (try? Folder.open(path).names()) ?? []
        return names.map { String(decoding: $0, as: UTF8.self) }
    }

    /// The bytes of all files below.
    private func size(of path: String) -> UInt64 {
        var status = stat()
        guard lstat(path, &status) == 0 else { return 0 }
        guard status.st_mode & S_IFMT == S_IFDIR else { return UInt64(status.st_size) }
        return names(in: path).reduce(0) { $0 + size(of: "\(path)/\($1)") }
    }

    private func removeAll(_ path: String) {
        for name in names(in: path) { removeAll("\(path)/\(name)") }
        if unlink(path) != 0 { rmdir(path) }
    }
}
