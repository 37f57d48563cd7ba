import Crypto
import Synchronization

/// Where the contents of all phones' files lie, each different content once.
///
/// Contents are known by their SHA-256 and live as long as a phone has a file with them.
public final class ContentStore: Sendable {
    /// What is kept of the bytes that hosts send.
    public enum Retention: String, Sendable, Hashable, CaseIterable {
        /// The bytes themselves.
        case keep
        /// Size and SHA-256; APKs are kept until they have been read.
        case hash
        /// The size alone, for measuring: nothing is computed over the bytes.
        case size
    }

    /// What is kept of ordinary files.
    public let retention: Retention
    private let contents = Mutex<[SHA256Digest: Weak]>([:])

    private struct Weak: Sendable {
        weak let content: FileContent?
    }

    /// Makes an empty store.
    public init(retention: Retention = .keep) { self.retention = retention }

    /// The number of different contents that phones hold now.
    public var count: Int { contents.withLock { table in table.values.count { $0.content != nil } } }

    /// The content of that digest: the one already there, or else `body` as a new one.
    func content(_ digest: SHA256Digest, size: UInt64, _ body: () throws(FileError) -> FileContent.Body)
        throws(FileError)
        -> FileContent
    {
        if let present = contents.withLock({ $0[digest]?.content }) { return present }
        let made = FileContent(try body(), size: size, digest: digest, store: self)
        // Another lane may have stored the same bytes meanwhile; the first one stays. `made` is returned to outside
        // the lock so that its end, which takes the lock, never comes within it.
        return contents.withLock { table in
            if let present = table[digest]?.content { return present }
            table[digest] = Weak(content: made)
            return made
        }
    }

    /// Called by a content at its end: a successor with the same digest may have been stored already and stays.
    func forget(_ digest: SHA256Digest) {
        contents.withLock { table in
            if table[digest]?.content == nil { table[digest] = nil }
        }
    }
}
