public import Crypto
import Secrets

/// Signature Version 4 for object stores that are compatible with Amazon's, with a payload that is not signed.
///
/// The payload is protected by TLS, and by the checksum that the store gives back.
public struct AWS4Signature: Sendable {
    static let algorithm = "AWS4-HMAC-SHA256"
    static let unsigned = "UNSIGNED-PAYLOAD"

    /// The request as both sides spell it; a secret, since the token stands in it.
    let canonicalRequest: Secret
    /// What the code is made of.
    let stringToSign: String
    /// The fields to be sent beside those of the request: date, payload, token and signature.
    public let fields: [SignedField]

    /// Signs a request to the service `s3`.
    ///
    /// - Parameters:
    ///   - region: The region of the store, such as `cn-north-4`.
    ///   - time: When it is sent.
    /// - Throws: ``CryptoError`` when the library refuses.
    public init(
        _ request: SignableRequest, region: String, keys: AccessKeys, at time: SigningTime
    ) throws(CryptoError) {
        var added = [SignedField("X-Amz-Date", time.compact), SignedField("x-amz-content-sha256", Self.unsigned)]
        if let token = keys.token { added.append(SignedField("X-Amz-Security-Token", token)) }
        let request = request.adding(added)
        let canonical = CanonicalRequest(
            request, path: request.encodedPath, fields: request.canonicalFields, payload: Self.unsigned)
        canonicalRequest = canonical.text
        let scope = "\(time.day)/\(region)/s3/aws4_request"
        stringToSign = [Self.algorithm, time.compact, scope, canonical.hash].joined(separator: "\n")
        let key = try Self.code(over: stringToSign, region, keys, time)
        added.append(
            SignedField(
                "Authorization",
                "\(Self.algorithm) Credential=\(keys.id)/\(scope),SignedHeaders=\(canonical.names),"
                    + "Signature=\(Hex.encode(key))"))
        fields = added
    }

    /// The code over a text, with a key of the day, the region and the service.
    static func code(
        over text: String, _ region: String, _ keys: AccessKeys, _ time: SigningTime
    ) throws(CryptoError) -> [UInt8] {
        var key = Array("AWS4".utf8) + keys.secretBytes
        for part in [time.day, region, "s3", "aws4_request", text] {
            key = try MessageCode.sha256(of: Array(part.utf8), key: key)
        }
        return key
    }
}
