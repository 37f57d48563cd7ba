import Crypto
import Synchronization

/// Where the contents of all phones' files lie, each different content once.
///
/// Contents are known by their SHA-256, or by the parts of others that they were put together from, and live as long as
/// a phone has a file with them.
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
    private let contents = Mutex<[Key: Weak]>([:])
    private let guesses = Mutex<[String: Weak]>([:])

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
        if let present = present(.digest(digest)) { return present }
        let registration = FileContent.Registration(store: self, key: .digest(digest))
        return settle(FileContent(try body(), size: size, digest: digest, registration: registration), registration.key)
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

    private func present(_ key: Key) -> FileContent? { contents.withLock { $0[key]?.content } }

    /// Another lane may have stored the same meanwhile; the first one stays.
    private func settle(_ made: FileContent, _ key: Key) -> FileContent {
        // `made` is returned to outside the lock so that its end, which takes the lock, never comes within it.
        contents.withLock { table in
            if let present = table[key]?.content { return present }
            table[key] = Weak(content: made)
            return made
        }
    }

    /// Called by a content at its end: a successor with the same key may have been stored already and stays.
    func forget(_ key: Key) {
        contents.withLock { table in
            if table[key]?.content == nil { table[key] = nil }
        }
    }

    // MARK: Guessing

    /// What another phone of the farm got at that path last: most deliveries bring the same to all.
    func guess(_ path: String) -> FileContent? {
        guard retention == .keep else { return nil }
        return guesses.withLock { $0[path]?.content }
    }

    /// Remembers what a phone got.
    func remember(_ content: FileContent, at path: String) {
        guard retention == .keep else { return }
        guesses.withLock { table in
            if table.count >= 200_000 { table = table.filter { $0.value.content != nil } }
            if table.count < 200_000 { table[path] = Weak(content: content) }
        }
    }
}
