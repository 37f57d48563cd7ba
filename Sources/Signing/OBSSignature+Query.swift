public import Crypto
import Secrets

extension OBSSignature {
    /// Signs a request in its query, so that whoever has the address can send it until an end (API reference, signature in a
    /// URL).
    ///
    /// - Parameters:
    ///   - request: Its path is that of the object, without the bucket.
    ///   - end: Until when it is good.
    /// - Returns: What is added to the query.
    /// - Throws: ``CryptoError`` when the library refuses.
    public static func query(
        _ request: SignableRequest, bucket: String, keys: AccessKeys, until end: SigningTime
    ) throws(CryptoError) -> [SignableRequest.Parameter] {
        var added = [
            SignableRequest.Parameter("AccessKeyId", keys.id), SignableRequest.Parameter("Expires", "\(end.seconds)"),
        ]
        if let token = keys.token {
            added.append(SignableRequest.Parameter("x-obs-security-token", token.reveal { $0 }))
        }
        var request = request
        request.query += added
        let text =
            [
                request.method, request.value(of: "Content-MD5") ?? "", request.value(of: "Content-Type") ?? "",
                "\(end.seconds)", "",
            ].joined(separator: "\n") + ownFields(request.fields) + resource(request, bucket)
        let code = try MessageCode.sha1(of: Array(text.utf8), key: keys.secretBytes)
        return added + [SignableRequest.Parameter("Signature", Base64.encode(code))]
    }
}
