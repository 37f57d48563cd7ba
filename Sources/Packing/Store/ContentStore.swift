public import Crypto
import Glibc
import Lanes

/// Contents on the disk, each under its SHA-256, shared by all processes of a user.
///
/// `objects/ab/HASH` is a content, `objects/ab/HASH.seen` tells how the file looked when its hash was last known to be
/// right, and was last touched when the content was last used. `keys/HASH` names a content by what it was made from.
/// What a process uses is locked (`flock`), and nobody removes it meanwhile. The least recently used goes first when
/// there is more than ``capacity``.
public struct ContentStore: Sendable {
    /// 20 GiB.
    public static let usualCapacity: UInt64 = 20 << 30

    /// Where it is; made when something is first added.
    public let path: String
    /// Bytes that are kept; more only while they are in use.
    public let capacity: UInt64

    /// The store in a folder.
    public init(at path: String, capacity: UInt64 = usualCapacity) {
        self.path = path
        self.capacity = capacity
    }

    /// The user's own: below `$DROVER_CACHE`, else `$XDG_CACHE_HOME/drover`, else `~/.cache/drover`; nil without a home.
    public static func usualPath(_ environment: [String: String]) -> String? {
        CachePlace.folder(environment).map { "\($0)/store" }
    }

    // MARK: - Use

    /// The content with a hash, held for as long as the answer lives; nil when it is not there.
    ///
    /// A file that looks as it did is trusted; another one is read again, and removed when it is not what its name says.
    ///
    /// - Throws: ``PackingError`` with `unreadable`.
    public func content(_ hash: SHA256Digest) throws(PackingError) -> StoredContent? {
        let file = objectPath(hash)
        do throws(SystemError) {
            guard let content = try StoredContent.open(file, hash) else { return nil }
            let note = SeenNote(path: file + ".seen")
            if note.stamp != content.stamp {
                guard try content.hashNow() == hash else {
                    unlink(file)
                    note.remove()
                    return nil
                }
                note.write(content.stamp)
            }
            note.touch()
            return content
        } catch {
            throw PackingError.unreadable(file, error)
        }
    }

    /// Begins a new content, which gets its name when it is whole.
    ///
    /// - Throws: ``PackingError`` with `unwritable`.
    public func begin() throws(PackingError) -> NewContent {
        do throws(SystemError) {
            for folder in [path, "\(path)/objects", "\(path)/keys"] { try CachePlace.make(folder) }
            return NewContent(self, try AtomicFile("\(path)/objects/new", mode: 0o444))
        } catch {
            throw PackingError.unwritable(path, error)
        }
    }

    func objectPath(_ hash: SHA256Digest) -> String { "\(path)/objects/\(hash.hex.prefix(2))/\(hash.hex)" }

    // MARK: - Keys

    /// What was made from something, by the hash of its description; held; nil when it is not there.
    ///
    /// - Throws: ``PackingError`` with `unreadable`.
    public func content(forKey key: SHA256Digest) throws(PackingError) -> StoredContent? {
        guard let bytes = try? LocalFile.open("\(path)/keys/\(key.hex)").start(80),  // no key is no content
            let hash = SHA256Digest(hex: String(decoding: bytes.prefix { $0 != 0x0A }, as: UTF8.self))
        else { return nil }
        return try content(hash)
    }

    /// Remembers what was made from something.
    ///
    /// - Throws: ``PackingError`` with `unwritable`.
    public func remember(_ content: SHA256Digest, forKey key: SHA256Digest) throws(PackingError) {
        let file = "\(path)/keys/\(key.hex)"
        do throws(SystemError) {
            for folder in [path, "\(path)/keys"] { try CachePlace.make(folder) }
            let new = try AtomicFile(file)
            try new.write(Array("\(content.hex)\n".utf8))
            try new.commit()
        } catch {
            throw PackingError.unwritable(file, error)
        }
    }
}

/// A content that is being written into the store.
public final class NewContent {
    private let store: ContentStore
    private let file: AtomicFile
    private var hash = SHA256()

    init(_ store: ContentStore, _ file: AtomicFile) {
        self.store = store
        self.file = file
    }

    /// Bytes so far.
    public var count: UInt64 { file.count }

    /// Adds bytes at the end.
    ///
    /// - Throws: ``PackingError`` with `unwritable`, such as when the disk is full.
    public func write(_ bytes: UnsafeRawBufferPointer) throws(PackingError) {
        do throws(SystemError) { try file.write(bytes) } catch { throw PackingError.unwritable(store.path, error) }
        hash.update(bytes)
    }

    /// Puts the content into the store and hands it out; once only.
    ///
    /// Above the store's capacity what was used longest ago is removed.
    ///
    /// - Parameter expected: The hash that it must have.
    /// - Throws: ``PackingError`` with `refused` for another hash, and `unwritable`.
    public func finish(expecting expected: SHA256Digest? = nil) throws(PackingError) -> StoredContent {
        var hash = SHA256()
        swap(&hash, &self.hash)
        let digest = hash.finish()
        if let expected, expected != digest {
            throw PackingError(
                .refused, path: "the content", reason: "has the SHA-256 \(digest.hex), not \(expected.hex)")
        }
        while true {
            if let there = try store.content(digest) { return there }
            // Nil when somebody else has just put the same there, who may also have removed it again by now.
            if let new = try put(digest) { return new }
        }
    }

    private func put(_ digest: SHA256Digest) throws(PackingError) -> StoredContent? {
        let path = store.objectPath(digest)
        do throws(SystemError) {
            try CachePlace.make(AtomicFile.folder(of: path))
            file.hold()
            guard let stamp = try file.commit(asNew: path) else { return nil }
            SeenNote(path: path + ".seen").write(stamp)
            // It is locked from before it had a name, so nobody removes it.
            guard let content = try StoredContent.open(path, digest) else { throw SystemError("open", errno: ENOENT) }
            store.makeRoom()
            return content
        } catch {
            throw PackingError.unwritable(path, error)
        }
    }
}

/// A content of the store, which stays there for as long as this object lives.
public final class StoredContent: Sendable {
    /// What it is.
    public let hash: SHA256Digest
    /// The file, for reading only.
    public let path: String
    let stamp: FileStamp
    private let descriptor: CInt

    /// Bytes of content.
    public var size: UInt64 { UInt64(stamp.size) }

    private init(_ descriptor: CInt, _ path: String, _ hash: SHA256Digest, _ stamp: FileStamp) {
        self.descriptor = descriptor
        self.path = path
        self.hash = hash
        self.stamp = stamp
    }

    deinit { close(descriptor) }

    /// Opens and locks; nil when there is none, or it has just been removed.
    static func open(_ path: String, _ hash: SHA256Digest) throws(SystemError) -> StoredContent? {
        let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else {
            if errno == ENOENT { return nil }
            throw SystemError("open")
        }
        var status = stat()
        // Who removes it holds the other lock for a moment.
        while flock(descriptor, LOCK_SH) != 0, errno == EINTR {}
        guard fstat(descriptor, &status) == 0 else {
            let error = SystemError("fstat")
            close(descriptor)
            throw error
        }
        guard status.st_nlink > 0 else {
            close(descriptor)
            return nil
        }
        return StoredContent(descriptor, path, hash, FileStamp(status))
    }

    /// The hash of what the file holds now.
    func hashNow() throws(SystemError) -> SHA256Digest { try LocalFile.open("/proc/self/fd/\(descriptor)").hash() }
}
