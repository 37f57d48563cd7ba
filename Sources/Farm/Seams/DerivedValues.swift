import Synchronization

/// What is made out of something that many phones share, made once for all of them and kept as long as one of them uses it.
public final class DerivedValues<Key: Hashable & Sendable>: Sendable {
    private struct Kept {
        weak var value: (any AnyObject & Sendable)?
    }

    // Held while a value is made, so that nobody makes the same twice.
    private let kept = Mutex<[Key: Kept]>([:])

    /// Nothing made yet.
    public init() {}

    /// The value of a key, as somebody else made it when it is still in use.
    public func value<Value: AnyObject & Sendable, Failure: Error>(
        for key: Key, make: () throws(Failure) -> Value
    ) throws(Failure) -> Value {
        try kept.withLock { (kept) throws(Failure) in
            if let known = kept[key]?.value as? Value { return known }
            let value = try make()
            kept = kept.filter { $0.value.value != nil }
            kept[key] = Kept(value: value)
            return value
        }
    }
}

/// Paths on a phone that many phones are asked about, put into the protocol's words once.
public final class RemotePaths: Sendable {
    /// The paths, in the order of the answers.
    public let paths: [RemotePath]
    /// What a link makes of them.
    public let derived = DerivedValues<String>()

    /// Collects paths.
    public init(_ paths: [RemotePath]) { self.paths = paths }
}
