import Crypto
import Synchronization

/// Where the contents of all phones' files lie, each different content once.
///
/// Contents are known by their SHA-256, or by the parts of others that they were put together from. Large ones live as
/// long as a phone has a file with them, small ones until the store is swept.
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

    /// How a content is found again.
    enum Key: Hashable, Sendable {
        case digest(SHA256Digest)
        /// Parts of contents that live at least as long as what was put together from them.
        case parts([Part])

        struct Part: Hashable, Sendable {
            let content: ObjectIdentifier
            let range: Range<UInt64>
        }
    }

    /// What is kept of ordinary files.
    public let retention: Retention
    private let contents = Mutex(Contents())
    private let guesses = Mutex<[String: SHA256Digest]>([:])

    private struct Weak: Sendable {
        weak let content: FileContent?
    }

    private struct Contents {
        /// What lies in files, or is put together.
        var large: [Key: Weak] = [:]
        /// What lies in memory.
        ///
        /// Held here too, since counting the references to an object that something refers to weakly takes several
        /// times as long, and phones have hundreds of thousands of small files.
        var small: [SHA256Digest: FileContent] = [:]
        private var sweepAt = 4096

        func present(_ key: Key) -> FileContent? {
            if case .digest(let digest) = key, let content = small[digest] { return content }
            return large[key]?.content
        }

        /// Adds a content that is not there, at times instead of those that nobody has any more.
        mutating func add(_ content: FileContent, _ key: Key) {
            guard case .digest(let digest) = key, content.liesInMemory else {
                large[key] = Weak(content: content)
                return
            }
            if small.count >= sweepAt {
                sweep()
                sweepAt = max(4096, 2 * small.count)
            }
            small[digest] = content
        }

        /// Lets go of small contents that nobody else has: only who holds the lock could get hold of one meanwhile.
        mutating func sweep() {
            for digest in Array(small.keys) where isKnownUniquelyReferenced(&small[digest]) {
                small[digest] = nil
            }
        }
    }

    /// Makes an empty store.
    public init(retention: Retention = .keep) { self.retention = retention }

    /// The number of different contents that phones hold now.
    public var count: Int {
        contents.withLock { contents in
            contents.sweep()
            return contents.small.count + contents.large.values.count { $0.content != nil }
        }
    }

    /// The content of that digest: the one already there, or else `body` as a new one.
    func content(_ digest: SHA256Digest, size: UInt64, _ body: () throws(FileError) -> FileContent.Body)
        throws(FileError)
        -> FileContent
    {
        if let present = present(.digest(digest)) { return present }
        let (key, body) = (Key.digest(digest), try body())
        // A small content ends when the store lets go of it, and has nothing to tell then.
        let registration = body.liesInMemory ? nil : FileContent.Registration(store: self, key: key)
        return settle(FileContent(body, size: size, digest: digest, registration: registration), key)
    }

    /// Parts of contents as one content; the same parts are the same content, so that what is computed over it is
    /// computed once for all phones.
    func joined(_ slices: [ContentSlice]) -> FileContent {
        var flat: [ContentSlice] = []
        for slice in slices where slice.count > 0 {
            if case .joined(let inner) = slice.content.body {
                for part in ContentSlice.part(slice.range, of: inner) { Self.add(part, to: &flat) }
            } else {
                Self.add(slice, to: &flat)
            }
        }
        guard let first = flat.first else { return .bytes([]) }
        if flat.count == 1, first.count == first.content.size { return first.content }
        let key = Key.parts(flat.map { Key.Part(content: ObjectIdentifier($0.content), range: $0.range) })
        if let present = present(key) { return present }
        let size = flat.reduce(0) { $0 + $1.count }
        let registration = FileContent.Registration(store: self, key: key)
        return settle(FileContent(.joined(flat), size: size, digest: nil, registration: registration), key)
    }

    /// Neighbours of one content become one slice.
    private static func add(_ slice: ContentSlice, to slices: inout [ContentSlice]) {
        if let last = slices.last, last.content === slice.content, last.range.upperBound == slice.range.lowerBound {
            slices[slices.count - 1] = ContentSlice(last.content, last.range.lowerBound..<slice.range.upperBound)
        } else {
            slices.append(slice)
        }
    }

    private func present(_ key: Key) -> FileContent? { contents.withLock { $0.present(key) } }

    /// Another lane may have stored the same meanwhile; the first one stays.
    private func settle(_ made: FileContent, _ key: Key) -> FileContent {
        // `made` is returned to outside the lock so that its end, which takes the lock, never comes within it.
        contents.withLock { contents in
            if let present = contents.present(key) { return present }
            contents.add(made, key)
            return made
        }
    }

    /// Called by a content at its end: a successor with the same key may have been stored already and stays.
    func forget(_ key: Key) {
        contents.withLock { contents in
            if contents.large[key]?.content == nil { contents.large[key] = nil }
        }
    }

    // MARK: Guessing

    /// What another phone of the farm got at that path last: most deliveries bring the same to all.
    func guess(_ path: String) -> FileContent? {
        guard retention == .keep else { return nil }
        guard let digest = guesses.withLock({ $0[path] }) else { return nil }
        return present(.digest(digest))
    }

    /// Remembers what a phone got.
    func remember(_ content: FileContent, at path: String) {
        guard retention == .keep, let digest = content.digest else { return }
        guesses.withLock { table in
            // Whatever is delivered now matters more than what was before.
            if table.count >= 200_000 { table = [:] }
            table[path] = digest
        }
    }
}
