import Crypto
import Curl
public import Secrets
public import Signing

extension ObjectStoreClient {
    /// The longest that a link is good, in seconds; stores that take version 4 take no longer one.
    public static let longestLink = 7 * 86_400

    /// An address from which anybody can get an object for a while, without keys (Cloud Phone API, signed URL).
    ///
    /// Keys that end earlier end it, too.
    ///
    /// - Parameter seconds: For how long, at most ``longestLink``.
    /// - Returns: The address; a secret, since whoever has it has the object.
    /// - Throws: ``ObjectStorageError`` for a name that no object can have; what the supply of keys throws.
    public func link(to key: String, for seconds: Int, now: Int = SigningTime.nowSeconds) async throws -> Secret {
        let keys = try await store.keys(false)
        return try store.link(to: key, for: min(seconds, Self.longestLink), keys: keys, now: now)
    }
}

extension ObjectStore {
    func link(to key: String, for seconds: Int, keys: AccessKeys, now: Int) throws(ObjectStorageError) -> Secret {
        let operation = "make a link to \(name(of: key))"
        guard (1...StoreCall.longestKey).contains(key.utf8.count), !key.utf8.contains(where: { $0 < 0x20 }) else {
            throw ObjectStorageError(
                .invalidRequest, operation,
                "an object's name has 1 to \(StoreCall.longestKey) bytes and no control characters")
        }
        let scheme = endpoint.isSecure ? "https" : "http"
        var request = SignableRequest("GET", host: host, path: "/\(key)")
        do {
            switch signature {
            case .obs:
                let end = SigningTime(secondsSince1970: now + seconds)
                request.query = try OBSSignature.query(request, bucket: bucket, keys: keys, until: end)
                return Secret(name: "link", "\(scheme)://\(host)\(pathPrefix)\(request.target)")
            case .aws4:
                request.path = pathPrefix + request.path
                request.query = try AWS4Signature.query(
                    request, region: region, keys: keys, at: SigningTime(secondsSince1970: now), for: seconds)
                return Secret(name: "link", "\(scheme)://\(host)\(request.target)")
            }
        } catch {
            throw ObjectStorageError(.invalidRequest, operation, "\(error)")
        }
    }
}
