public import Crypto
import Secrets

extension AWS4Signature {
    /// Signs a request in its query, so that whoever has the address can send it for a while.
    ///
    /// - Parameters:
    ///   - region: The region of the store.
    ///   - time: From when it is good.
    ///   - seconds: For how long.
    /// - Returns: What is added to the query.
    /// - Throws: ``CryptoError`` when the library refuses.
    public static func query(
        _ request: SignableRequest, region: String, keys: AccessKeys, at time: SigningTime, for seconds: Int
    ) throws(CryptoError) -> [SignableRequest.Parameter] {
        let scope = "\(time.day)/\(region)/s3/aws4_request"
        var added = [
            SignableRequest.Parameter("X-Amz-Algorithm", algorithm),
            SignableRequest.Parameter("X-Amz-Credential", "\(keys.id)/\(scope)"),
            SignableRequest.Parameter("X-Amz-Date", time.compact),
            SignableRequest.Parameter("X-Amz-Expires", "\(seconds)"),
            SignableRequest.Parameter("X-Amz-SignedHeaders", "host"),
        ]
        if let token = keys.token {
            added.append(SignableRequest.Parameter("X-Amz-Security-Token", token.reveal { $0 }))
        }
        var request = request
        request.query += added
        let canonical = CanonicalRequest(
            request, path: request.encodedPath, fields: request.canonicalFields, payload: unsigned)
        let code = try code(
            over: [algorithm, time.compact, scope, canonical.hash].joined(separator: "\n"), region, keys, time)
        return added + [SignableRequest.Parameter("X-Amz-Signature", Hex.encode(code))]
    }
}
