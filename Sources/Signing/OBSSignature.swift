public import Crypto
import Secrets

/// The signature of the Object Storage Service in the header (API reference, "Signature in the header").
public struct OBSSignature: Sendable {
    /// What the code is made of; a secret, since the token stands in it.
    let stringToSign: Secret
    /// The fields to be sent beside those of the request: date, token and signature.
    public let fields: [SignedField]

    /// Query parts that choose what of an object is meant, and so are signed; others, such as `prefix`, are not.
    private static let subresources: Set<String> = [
        "acl", "append", "backtosource", "cors", "customdomain", "delete", "deletebucket", "directcoldaccess",
        "encryption", "inventory", "length", "lifecycle", "location", "logging", "metadata", "modify", "name",
        "notification", "obscompresspolicy", "object-lock", "partNumber", "policy", "position", "quota", "rename",
        "replication", "response-cache-control", "response-content-disposition", "response-content-encoding",
        "response-content-language", "response-content-type", "response-expires", "restore", "retention",
        "storageClass", "storagePolicy", "storageinfo", "tagging", "torrent", "truncate", "uploadId", "uploads",
        "versionId", "versioning", "versions", "website", "x-image-process", "x-image-save-bucket",
        "x-image-save-object",
    ]

    /// Signs a request.
    ///
    /// - Parameters:
    ///   - request: Its path is that of the object, without the bucket.
    ///   - bucket: The bucket; nil for a request about all of them.
    ///   - time: When it is sent.
    /// - Throws: ``CryptoError`` when the library refuses.
    public init(
        _ request: SignableRequest, bucket: String?, keys: AccessKeys, at time: SigningTime
    ) throws(CryptoError) {
        var added: [SignedField] = []
        // A request with a date of the service's own name leaves the usual one out of the signature.
        var date = ""
        if request.value(of: "x-obs-date") == nil {
            date = request.value(of: "Date") ?? time.header
            if request.value(of: "Date") == nil { added.append(SignedField("Date", date)) }
        }
        if let token = keys.token { added.append(SignedField("x-obs-security-token", token)) }
        let text =
            [
                request.method, request.value(of: "Content-MD5") ?? "", request.value(of: "Content-Type") ?? "", date,
                "",
            ].joined(separator: "\n") + Self.ownFields(request.adding(added).fields) + Self.resource(request, bucket)
        stringToSign = Secret(name: "request", text)
        let code = try MessageCode.sha1(of: Array(text.utf8), key: keys.secretBytes)
        added.append(SignedField("Authorization", "OBS \(keys.id):\(Base64.encode(code))"))
        self.fields = added
    }

    /// The service's own fields, each a line; several of one name share it.
    static func ownFields(_ fields: [SignableRequest.Field]) -> String {
        let own = fields.map { SignableRequest.Field($0.name.lowercased(), $0.value) }
            .filter { $0.name.hasPrefix("x-obs-") }
        return Dictionary(grouping: own, by: \.name).sorted { $0.key.isOrderedBefore($1.key) }.map { name, fields in
            let values = fields.map { name.hasPrefix("x-obs-meta-") ? $0.value.trimmedBlanks : $0.value }
            return "\(name):\(values.joined(separator: ","))\n"
        }.joined()
    }

    static func resource(_ request: SignableRequest, _ bucket: String?) -> String {
        let place = bucket.map { "/\($0)\(request.encodedPath)" } ?? "/"
        let parts = request.query.filter { subresources.contains($0.name) || $0.name.hasPrefix("x-obs-") }
            .sorted { $0.name.isOrderedBefore($1.name) }
            .map { part in part.value.map { "\(part.name)=\($0)" } ?? part.name }
        return parts.isEmpty ? place : "\(place)?\(parts.joined(separator: "&"))"
    }
}
