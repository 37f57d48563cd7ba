/// A part of the cache, whose things can be made or fetched again.
public protocol CacheShelf: Sendable {
    /// What is there, in any order; nothing when there is no such folder.
    func things() -> [CachedThing]
    /// Removes one of ``things()``; false when it stays, since a process uses it or the system forbids it.
    func remove(_ thing: CachedThing) -> Bool
    /// Called when things were removed.
    func tidy()
}

extension CacheShelf {
    /// All things, the least recently used first.
    public func list() -> [CachedThing] { [self as any CacheShelf].list() }

    /// Removes what was used longest ago of this shelf alone.
    @discardableResult
    public func prune(keeping bytes: UInt64? = nil, usedSince limit: Int64? = nil) -> CacheCleaning {
        [self as any CacheShelf].prune(keeping: bytes, usedSince: limit)
    }
}

/// Something that is kept.
public struct CachedThing: Hashable, Sendable {
    /// What it is, in the order in which kinds are listed.
    public enum Kind: Hashable, Sendable, CaseIterable {
        /// Bytes by their hash, in ``ContentStore``.
        case content
        /// What came from an address.
        case address
        /// The hashes of a folder's files, as ``PackMemory`` notes them.
        case notes
    }

    /// What it is.
    public let kind: Kind
    /// The SHA-256 of a content in hex, an address as people read it, the file's name of a note.
    public let name: String
    /// Where it is.
    public let path: String
    /// Its bytes.
    public let size: UInt64
    /// When it was last used, in seconds since 1970.
    public let lastUsed: Int64
    /// The part of that moment below a second, for the order.
    public let nanoseconds: Int64
    /// Whether a process uses it now.
    public let isHeld: Bool

    /// Puts a thing together.
    public init(
        _ kind: Kind, name: String, path: String, size: UInt64, lastUsed: Int64, nanoseconds: Int64 = 0,
        isHeld: Bool = false
    ) {
        self.kind = kind
        self.name = name
        self.path = path
        self.size = size
        self.lastUsed = lastUsed
        self.nanoseconds = nanoseconds
        self.isHeld = isHeld
    }

    /// Whether it was last used before another thing.
    static func precedes(_ one: Self, _ other: Self) -> Bool {
        (one.lastUsed, one.nanoseconds, one.name) < (other.lastUsed, other.nanoseconds, other.name)
    }
}

extension Collection<any CacheShelf> {
    /// All things, the least recently used first.
    public func list() -> [CachedThing] { flatMap { $0.things() }.sorted(by: CachedThing.precedes) }

    /// Removes what was used longest ago, on whichever shelf it is; never what a process uses.
    ///
    /// - Parameters:
    ///   - bytes: So many bytes may stay; nil for any number.
    ///   - limit: What was last used before this moment goes, in seconds since 1970; nil for nothing.
    public func prune(keeping bytes: UInt64? = nil, usedSince limit: Int64? = nil) -> CacheCleaning {
        var cleaning = CacheCleaning()
        let things = flatMap { shelf in shelf.things().map { (shelf, $0) } }
            .sorted { CachedThing.precedes($0.1, $1.1) }
        var left = things.reduce(0) { $0 + $1.1.size }
        for (shelf, thing) in things {
            let isOld = limit.map { thing.lastUsed < $0 } ?? false
            let isTooMuch = bytes.map { left > $0 } ?? false
            if isOld || isTooMuch, shelf.remove(thing) {
                left -= thing.size
                cleaning.removed.append(thing)
            } else {
                cleaning.kept.append(thing)
            }
        }
        if !cleaning.removed.isEmpty { for shelf in self { shelf.tidy() } }
        return cleaning
    }
}

/// What a cleaning did.
public struct CacheCleaning: Hashable, Sendable {
    /// What was removed, the least recently used first.
    public internal(set) var removed: [CachedThing] = []
    /// What stays, in the same order.
    public internal(set) var kept: [CachedThing] = []
}
