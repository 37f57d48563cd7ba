public import Lanes
public import Signing
import Synchronization

/// The objects of an object store, as the rest of the simulated cloud sees them: phones install and unpack what lies
/// there, and exports are written to it.
public protocol StoredObjects: Sendable {
    /// The region of a bucket; nil where there is no such bucket.
    func region(ofBucket bucket: String) async -> String?

    /// The content of an object, mapped rather than read where it lies in a file; nil where there is none.
    ///
    /// - Parameter key: The key without a slash in front, not encoded.
    func content(of key: String, in bucket: String) async -> SharedBytes?

    /// The content behind a link, as anybody gets it who has no keys; nil where the store would refuse.
    func content(behind link: String) async -> SharedBytes?

    /// Takes keys that IAM gives for a while.
    func letIn(_ keys: AccessKeys) async

    /// Stores an object, in place of one of the same key.
    ///
    /// - Returns: False where there is no such bucket.
    func store(_ content: [UInt8], as key: String, in bucket: String) async -> Bool
}

extension StoredObjects {
    /// Nothing: a store without keys gives no links.
    public func content(behind link: String) async -> SharedBytes? { nil }

    /// Nothing: a store without keys lets in everybody.
    public func letIn(_ keys: AccessKeys) async {}
}

/// Objects in memory, for those who need no object store to be asked over HTTP.
public final class ObjectsInMemory: StoredObjects {
    private struct Bucket {
        let region: String
        var objects: [String: SharedBytes] = [:]
    }
    private let buckets = Mutex<[String: Bucket]>([:])

    /// A store without buckets.
    public init() {}

    /// Makes an empty bucket.
    public func addBucket(_ name: String, region: String) {
        buckets.withLock { $0[name] = Bucket(region: region) }
    }

    /// The region that the bucket was made with.
    public func region(ofBucket bucket: String) -> String? { buckets.withLock { $0[bucket]?.region } }

    /// The bytes that were stored.
    public func content(of key: String, in bucket: String) -> SharedBytes? {
        buckets.withLock { $0[bucket]?.objects[key] }
    }

    /// Keeps a copy of the bytes.
    @discardableResult
    public func store(_ content: [UInt8], as key: String, in bucket: String) -> Bool {
        let shared = SharedBytes(content)
        return buckets.withLock { buckets in
            guard buckets[bucket] != nil else { return false }
            buckets[bucket]?.objects[key] = shared
            return true
        }
    }
}
