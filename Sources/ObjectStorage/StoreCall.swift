import Crypto
import Curl
import Secrets
import Signing

/// One request to a store before it is signed; each attempt signs it anew.
struct StoreCall: Sendable {
    /// What messages say: `put obs://bucket/key`.
    let operation: String
    var method: String
    /// The object; nil for the bucket itself.
    var key: String?
    var query: [SignableRequest.Parameter] = []
    var fields: [SignableRequest.Field] = []
    var body = HTTPBody.none
    var limits = HTTPLimits(firstByte: .seconds(60), stall: .seconds(60))
    /// Statuses beside those of success that are an answer and no failure.
    var accepted: Set<Int> = []
    /// How often it may be sent; nil for what the policy says.
    var attempts: Int?

    init(_ operation: String, _ method: String, _ key: String? = nil) {
        self.operation = operation
        self.method = method
        self.key = key
    }

    /// The longest name of an object, in bytes.
    static let longestKey = 1024

    /// Puts the request together as it is sent.
    ///
    /// - Throws: ``ObjectStorageError`` when it cannot be sent.
    func signed(for store: ObjectStore, with keys: AccessKeys, at time: SigningTime) throws(ObjectStorageError)
        -> HTTPRequest
    {
        if let key, key.isEmpty || key.utf8.count > Self.longestKey || key.utf8.contains(where: { $0 < 0x20 }) {
            throw ObjectStorageError(
                .invalidRequest, operation,
                "an object's name has 1 to \(Self.longestKey) bytes and no control characters")
        }
        let path = "/\(key ?? "")"
        var request = SignableRequest(method, host: store.host, path: path, query: query, fields: fields)
        let signature: [SignedField]
        let target: String
        do {
            switch store.signature {
            case .obs:
                target = store.pathPrefix + request.target
                signature = try OBSSignature(request, bucket: store.bucket, keys: keys, at: time).fields
            case .aws4:
                request.path = store.pathPrefix + path
                target = request.target
                signature = try AWS4Signature(request, region: store.region, keys: keys, at: time).fields
            }
        } catch {
            throw ObjectStorageError(.invalidRequest, operation, "\(error)")
        }
        let scheme = store.endpoint.isSecure ? "https" : "http"
        do {
            return HTTPRequest(
                method, try HTTPURL("\(scheme)://\(store.host)\(target)"),
                fields: fields.map { HTTPField($0.name, $0.value) } + signature.map { HTTPField($0.name, $0.value) },
                body: body, limits: limits, redirections: 0)
        } catch {
            throw ObjectStorageError(error, operation)
        }
    }
}
