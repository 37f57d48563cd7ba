public import Crypto
public import Secrets

/// The signature of Huawei Cloud's APIs, SDK-HMAC-SHA256 (API reference, "AK/SK signature").
///
/// There is no derived key and no region in it. What is signed is what is sent: a body is made once, signed and sent.
public struct SDKSignature: Sendable {
    private static let algorithm = "SDK-HMAC-SHA256"

    /// The request as both sides spell it; a secret, since the token stands in it.
    let canonicalRequest: Secret
    /// What the code is made of.
    let stringToSign: String
    /// The fields to be sent beside those of the request: date, token and signature.
    public let fields: [SignedField]

    /// Signs a request.
    ///
    /// - Parameters:
    ///   - body: The bytes as they are sent; empty for none.
    ///   - time: When it is sent.
    /// - Throws: ``CryptoError`` when the library refuses.
    public init(
        _ request: SignableRequest, body: [UInt8] = [], keys: AccessKeys, at time: SigningTime
    ) throws(CryptoError) {
        var added = [SignedField("X-Sdk-Date", time.compact)]
        if let token = keys.token { added.append(SignedField("X-Security-Token", token)) }
        let request = request.adding(added)
        let path = request.encodedPath
        let canonical = CanonicalRequest(
            request, path: path.hasSuffix("/") ? path : "\(path)/",
            // Servers drop names with an underscore before they look.
            fields: request.canonicalFields.filter { !$0.name.contains("_") },
            payload: request.value(of: "X-Sdk-Content-Sha256") ?? SHA256.hash(of: body).hex)
        canonicalRequest = canonical.text
        stringToSign = [Self.algorithm, time.compact, canonical.hash].joined(separator: "\n")
        let code = try MessageCode.sha256(of: Array(stringToSign.utf8), key: keys.secretBytes)
        added.append(
            SignedField(
                "Authorization",
                "\(Self.algorithm) Access=\(keys.id), SignedHeaders=\(canonical.names), Signature=\(Hex.encode(code))"))
        fields = added
    }
}

/// A header field that belongs to a signature; nothing prints its value, since it opens the account for a while.
public struct SignedField: Hashable, Sendable {
    /// Its name.
    public let name: String
    /// Its value.
    public let value: Secret

    init(_ name: String, _ value: Secret) {
        self.name = name
        self.value = value
    }

    init(_ name: String, _ value: String) { self.init(name, Secret(name: name, value)) }
}
