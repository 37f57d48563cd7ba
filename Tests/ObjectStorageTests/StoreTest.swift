import Curl
import DroverTesting
import Lanes
import ObjectStorage
import Secrets
import Signing
import Simulator
import Synchronization

/// In whose words a test speaks to the store.
enum Dialect: CaseIterable {
    case obs, aws4
    var signature: ObjectStore.SignatureStyle { self == .obs ? .obs : .aws4 }
}

/// A simulated store with one bucket, `farm`, and what tests need to speak to it.
struct StoreTest {
    static let keys = StoreKeys(id: "AKTEST000001", secret: "secret-of-the-test")

    let server: SimulatedObjectStore
    let port: UInt16
    let folder: ScratchFolder
    /// The client of everything, whose lane fetchers share.
    let http: HTTPClient

    /// Runs `body` beside a store.
    static func run<Value: Sendable>(
        _ change: (inout ObjectStoreOptions) -> Void = { _ in }, _ body: (StoreTest) async throws -> Value
    ) async throws -> Value {
        let folder = try ScratchFolder()
        try folder.folder("store")
        var options = ObjectStoreOptions(buckets: ["farm": "cn-north-4"], keys: [keys])
        change(&options)
        let server = SimulatedObjectStore(options, folder: "\(folder.path)/store", on: try Lane(name: "store"))
        let address = try await server.start()
        let http = try HTTPClient(on: try Lane(name: "client"), options: HTTPClientOptions(proxy: .none))
        do {
            let value = try await body(
                StoreTest(server: server, port: address.port, folder: folder, http: http))
            await server.stop()
            return value
        } catch {
            await server.stop()
            throw error
        }
    }

    /// A policy with pauses that are too short to be felt, and parts of 100 KiB.
    static func policy(attempts: Int = 6, seconds: @escaping @Sendable () -> Int = StorePolicy.now) -> StorePolicy {
        StorePolicy(
            attempts: attempts, firstPause: .milliseconds(1), longestPause: .milliseconds(4), partSize: 100 << 10,
            parallelParts: 4, singleLimit: 100 << 10, jitter: { 0 }, seconds: seconds)
    }

    /// A client of the bucket.
    func client(
        _ dialect: Dialect = .obs, bucket: String = "farm", policy: StorePolicy = StoreTest.policy(),
        addressing: ObjectStore.Addressing? = nil, region: String = "cn-north-4", host: String = "127.0.0.1",
        trusting certificates: String? = nil,
        keys: @escaping ObjectStore.KeySupply = { _ in StoreTest.accessKeys() }
    ) throws -> ObjectStoreClient {
        let scheme = certificates == nil ? "http" : "https"
        let store = try ObjectStore(
            bucket: bucket, region: region, endpoint: try HTTPURL("\(scheme)://\(host):\(port)"),
            addressing: addressing, signature: dialect.signature, keys: keys)
        guard let certificates else { return ObjectStoreClient(store, over: http, policy: policy) }
        let options = HTTPClientOptions(certificateFile: certificates, proxy: .none)
        return ObjectStoreClient(store, over: try HTTPClient(on: http.lane, options: options), policy: policy)
    }

    /// A client of a scripted store.
    ///
    /// - Parameter store: What messages name, in the place of the server's own address.
    static func client(
        of server: ScriptedHTTPServer, policy: StorePolicy = policy(), store: ObjectStore? = nil
    ) throws -> ObjectStoreClient {
        let proxy = store.map { _ in HTTPClientOptions.Proxy.address(server.base) } ?? .none
        let http = try HTTPClient(on: try Lane(name: "client"), options: HTTPClientOptions(proxy: proxy))
        let plain = try ObjectStore(bucket: "farm", region: "cn-north-4", endpoint: try HTTPURL(server.base)) { _ in
            accessKeys()
        }
        return ObjectStoreClient(store ?? plain, over: http, policy: policy)
    }

    /// The bucket at a host that only a proxy reaches.
    static func store(host: String) throws -> ObjectStore {
        try ObjectStore(bucket: "farm", region: "cn-north-4", endpoint: try HTTPURL("http://\(host)")) { _ in
            accessKeys()
        }
    }

    static func accessKeys(_ keys: StoreKeys = keys) -> AccessKeys {
        AccessKeys(
            id: keys.id, secret: Secret(name: "sk", keys.secret), token: keys.token.map { Secret(name: "token", $0) })
    }

    /// Writes a file of random bytes and gives its path and content.
    func file(_ name: String, size: Int) throws -> (path: String, bytes: [UInt8]) {
        let bytes = SeededNumbers.bytes(size, seed: UInt64(size) + 1)
        return (try folder.write(bytes, to: name), bytes)
    }

    /// The content of an object.
    func bytes(of key: String, _ client: ObjectStoreClient) async throws -> [UInt8] {
        let kept = KeptBytes()
        _ = try await client.get(key, into: .pieces { kept.append($0) })
        return kept.bytes
    }
}

/// Keeps what comes.
final class KeptBytes: Sendable {
    private let state = Mutex<[UInt8]>([])
    var bytes: [UInt8] { state.withLock { $0 } }
    func append(_ piece: UnsafeRawBufferPointer) { state.withLock { $0.append(contentsOf: piece) } }
}

/// Counts.
final class Tally: Sendable {
    private let state = Mutex(0)
    var count: Int { state.withLock { $0 } }
    @discardableResult
    func add() -> Int {
        state.withLock {
            $0 += 1
            return $0
        }
    }
}

/// The error of the store that `body` ends with; nil when it ends well or with another one.
func storageError(_ body: () async throws -> some Any) async -> ObjectStorageError? {
    do {
        _ = try await body()
        return nil
    } catch {
        return error as? ObjectStorageError
    }
}
