import Crypto
import Glibc
public import Lanes

/// An object store on loopback that behaves as OBS does, in its own words and in Amazon's (Cloud Phone API, OBS).
///
/// Bodies lie in files of a folder and never in memory. Every request is checked: who signed it and when, lengths,
/// checksums, the order and size of parts.
public actor SimulatedObjectStore: StoredObjects {
    /// The lane on which everything happens.
    public nonisolated let lane: Lane
    /// What was asked for so far.
    public internal(set) var record = ObjectStoreRecord()
    var faults = ObjectStoreFaults()
    var buckets: [String: StoredBucket]
    let options: ObjectStoreOptions
    private var keys: [String: StoreKeys]
    private let folder: String
    private var fileCount = 0
    private var requestCount = 0
    private var server: HTTPServer?

    /// The lane's.
    public nonisolated var unownedExecutor: UnownedSerialExecutor { lane.asUnownedSerialExecutor() }

    /// Makes a store that does not listen yet.
    ///
    /// - Parameter folder: Where bodies lie; it must be there, and is the store's own.
    public init(_ options: ObjectStoreOptions, folder: String, on lane: Lane) {
        self.options = options
        self.folder = folder
        self.lane = lane
        let now = options.seconds()
        buckets = options.buckets.mapValues { StoredBucket(region: $0, created: now) }
        keys = Dictionary(options.keys.map { ($0.id, $0) }) { $1 }
    }

    /// Opens the port; 0 has the system choose one.
    ///
    /// - Returns: Where it listens.
    /// - Throws: `SystemError` when the port cannot be had.
    public func start(at address: SocketAddress = .loopback(port: 0)) async throws -> SocketAddress {
        let server = HTTPServer(on: lane, identity: options.identity, handler: self)
        self.server = server
        return try await server.start(at: address)
    }

    /// Closes the port and every connection.
    public func stop() async {
        await server?.stop()
        server = nil
    }

    /// Takes further keys from now on, or others in the place of those with the same id.
    public func accept(_ more: StoreKeys) { keys[more.id] = more }

    /// Refuses keys from now on.
    public func refuse(_ id: String) { keys[id] = nil }

    /// Misbehaves from now on.
    public func misbehave(_ change: (inout ObjectStoreFaults) -> Void) { change(&faults) }

    /// How many uploads in parts have begun and not ended, in all buckets.
    public var pendingUploadCount: Int { buckets.values.reduce(0) { $0 + $1.uploads.count } }

    /// The names of a bucket's objects, in the order of their bytes.
    public func keys(in bucket: String) -> [String] { buckets[bucket]?.keys(prefix: "") ?? [] }

    // MARK: As the rest of the cloud sees it

    /// The region of a bucket; nil where there is no such bucket.
    public func region(ofBucket bucket: String) -> String? { buckets[bucket]?.region }

    /// The content of an object, mapped; nil where there is none.
    public func content(of key: String, in bucket: String) -> SharedBytes? {
        guard let path = try? path(of: key, in: bucket) else { return nil }  // what cannot be read is not there
        return try? SharedBytes(mapping: path)
    }

    /// Stores an object, in place of one of the same key.
    public func store(_ content: [UInt8], as key: String, in bucket: String) -> Bool {
        guard buckets[bucket] != nil, let body = try? StoredBody(freshPath(), isSigned: false) else { return false }
        // A disk that is full leaves the object out.
        guard (try? content.withUnsafeBytes { try body.take($0) }) != nil else { return false }
        let md5 = body.keep().md5
        put(
            StoredContent(
                paths: [body.path], byteCount: content.count, etag: Hex.encode(md5), modified: options.seconds(),
                details: StoredDetails(), uploadID: nil), as: key, in: bucket)
        return true
    }

    // MARK: Files

    func freshPath() -> String {
        fileCount += 1
        return "\(folder)/\(fileCount)"
    }

    func put(_ content: StoredContent, as key: String, in bucket: String) {
        buckets[bucket]?.objects[key]?.discard()
        buckets[bucket]?.objects[key] = content
    }

    /// An object that has not gone by itself.
    func object(_ key: String, in bucket: String) throws(StorageRefusal) -> StoredContent {
        guard let content = buckets[bucket]?.objects[key] else { throw .noKey }
        if let end = content.end, end <= options.seconds() {
            content.discard()
            buckets[bucket]?.objects[key] = nil
            throw .noKey
        }
        return content
    }

    /// The one file of an object.
    func path(of key: String, in bucket: String) throws -> String {
        var content = try object(key, in: bucket)
        try content.join()
        buckets[bucket]?.objects[key] = content
        return content.paths[0]
    }

    /// A name for a request or an upload; no two are equal.
    func freshID() -> String {
        requestCount += 1
        let number = String(requestCount, radix: 16, uppercase: true)
        return "0000019" + String(repeating: "0", count: max(0, 25 - number.count)) + number
    }

    func signature() -> StorageSignature {
        StorageSignature(keys: keys, now: options.seconds(), region: options.region)
    }
}
