public import Curl
public import Fetching
import Signing

/// An object of a bucket, as something that is fetched: asked for with a signature, and known by its mark.
public struct StoredObjectOrigin: FetchOrigin {
    private let store: ObjectStore
    private let http: HTTPClient
    private let policy: StorePolicy
    private let key: String

    /// The object's name for people: `obs://bucket/key`.
    public var name: String { store.name(of: key) }
    /// The host beside the bucket and the object: the same bucket elsewhere is another.
    public var identity: String { "obs://\(store.host)/\(store.bucket)/\(key)" }
    /// An endpoint without TLS is one of this machine, since keys go there.
    public var isProtected: Bool { true }
    /// The service knows no `If-Range`.
    public var takesIfMatch: Bool { true }

    /// The one that trusts whom the account trusts.
    public var client: HTTPClient? { http }

    init(_ key: String, of store: ObjectStore, over http: HTTPClient, _ policy: StorePolicy) {
        self.http = http
        self.key = key
        self.store = store
        self.policy = policy
    }

    /// A signed request; it follows nobody elsewhere.
    ///
    /// - Throws: ``ObjectStorageError`` for a name that no object has; what the supply of keys throws.
    public func request(_ fields: [Field], limits: HTTPLimits, renewing: Bool) async throws -> HTTPRequest {
        var call = StoreCall("get \(name)", "GET", key)
        call.fields = fields.map { .init($0.name, $0.value) }
        call.limits = limits
        return try call.signed(for: store, with: try await store.keys(renewing), at: policy.time)
    }

    /// The store's own words, with what to do.
    public func refusal(_ response: HTTPResponse) -> FetchRefusal? {
        let answer = StoreAnswer(response)
        let error = ObjectStorageError(answer, "get \(name)", store: store, ours: policy.time)
        return FetchRefusal(
            error.reasonWithMarks, advice: error.advice, isPassing: error.isPassing,
            asksForOtherKeys: answer.asksForOtherKeys)
    }
}

extension ObjectStoreClient {
    /// An object as something that is fetched: resumed, checked, and kept beside a note of its version.
    public nonisolated func origin(of key: String) -> StoredObjectOrigin {
        StoredObjectOrigin(key, of: store, over: http, policy)
    }
}
