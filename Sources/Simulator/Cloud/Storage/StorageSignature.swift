import Crypto

/// Checks who signed a request to an object store, in the four ways in which that can be done.
///
/// Written by itself, from the reference and not from the client's signer, so that each proves the other.
struct StorageSignature {
    /// Keys by their access keys.
    let keys: [String: StoreKeys]
    /// The store's time, in seconds since 1970.
    let now: Int
    /// The store's region, for which version 4 must be signed.
    let region: String

    /// Times that are further apart are refused, in seconds.
    static let largestSkew = 15 * 60

    /// How a body of a signed request is to be checked.
    enum Payload: Hashable {
        /// Not at all.
        case unsigned
        /// By its SHA-256, in hex.
        case hash(String)
        /// It comes in signed frames around unsigned pieces, with a checksum behind them.
        case framed
    }

    /// Checks a request.
    ///
    /// - Returns: How the body is to be checked.
    /// - Throws: ``StorageRefusal``
    func check(_ request: StorageRequest) throws -> Payload {
        let head = request.head
        if let authorization = head.value(of: "Authorization") {
            if authorization.hasPrefix("AWS4-HMAC-SHA256 ") {
                return try AWS4Check(authorization, self).check(request)
            }
            for prefix in ["OBS ", "AWS "] where authorization.hasPrefix(prefix) {
                let parts = authorization.dropFirst(prefix.count).split(separator: ":", maxSplits: 1)
                guard parts.count == 2 else { throw StorageRefusal.invalidArgument("Authorization is malformed") }
                let own = prefix == "OBS " ? "x-obs-" : "x-amz-"
                let ownDate = head.value(of: "\(own)date")
                try requireTime(ownDate ?? head.value(of: "Date"))
                let date = ownDate == nil ? head.value(of: "Date") ?? "" : ""
                try compare(String(parts[1]), String(parts[0]), request, date: date, own: own)
                return .unsigned
            }
            throw StorageRefusal(400, "InvalidArgument", "Unsupported Authorization Type")
        }
        if let credential = head.parameter("X-Amz-Credential") {
            return try AWS4Check(query: head, credential, self).check(request)
        }
        for (name, own) in [("AccessKeyId", "x-obs-"), ("AWSAccessKeyId", "x-amz-")] {
            guard let id = head.parameter(name) else { continue }
            guard let expires = head.parameter("Expires"), let end = Int(expires),
                let signature = head.parameter("Signature")
            else { throw StorageRefusal.accessDenied }
            guard end >= now else { throw StorageRefusal.expiredURL }
            try compare(signature, id, request, date: expires, own: own)
            return .unsigned
        }
        throw StorageRefusal.accessDenied
    }

    /// The keys of an id, whose token must be the one that was sent.
    func keys(of id: String, token: String?) throws(StorageRefusal) -> StoreKeys {
        guard let keys = keys[id] else { throw .unknownKey }
        guard keys.token == token else { throw .wrongToken }
        if let end = keys.end, end <= now { throw .expiredToken }
        return keys
    }

    func requireTime(_ text: String?) throws(StorageRefusal) {
        guard let text, let time = StorageTime.seconds(text) else {
            throw StorageRefusal(403, "AccessDenied", "The request has no valid date.")
        }
        guard abs(time - now) <= Self.largestSkew else { throw .skewed }
    }

    // MARK: The service's own signature, and Amazon's version 2

    private func compare(
        _ signature: String, _ id: String, _ request: StorageRequest, date: String, own: String
    ) throws {
        let token = request.head.value(of: "\(own)security-token") ?? request.head.parameter("\(own)security-token")
        let keys = try keys(of: id, token: token)
        let head = request.head
        let text =
            [head.method, head.value(of: "Content-MD5") ?? "", head.value(of: "Content-Type") ?? "", date, ""]
            .joined(separator: "\n") + Self.ownFields(head, own) + Self.resource(request, own)
        let code = try MessageCode.sha1(of: Array(text.utf8), key: Array(keys.secret.utf8))
        guard Base64.encode(code) == signature else { throw StorageRefusal.wrongSignature }
    }

    private static func ownFields(_ head: HTTPRequestHead, _ own: String) -> String {
        var fields: [String: [String]] = [:]
        for field in head.fields where field.name.lowercased().hasPrefix(own) {
            fields[field.name.lowercased(), default: []].append(field.value)
        }
        return fields.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
            .map { "\($0.key):\($0.value.joined(separator: ","))\n" }.joined()
    }

    private static func resource(_ request: StorageRequest, _ own: String) -> String {
        let path = request.head.rawPath
        let place = request.isVirtualHost ? "/\(request.bucket ?? "")\(path)" : path
        let parts = request.head.query.filter { subresources.contains($0.name) || $0.name.hasPrefix(own) }
            .sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
            .map { part in part.value.map { $0.isEmpty ? part.name : "\(part.name)=\($0)" } ?? part.name }
        return parts.isEmpty ? place : "\(place)?\(parts.joined(separator: "&"))"
    }

    /// The parts of a query that are signed (Cloud Phone API, OBS signature in the header).
    private static let subresources = Set(
        """
        acl append backtosource cors customdomain delete deletebucket directcoldaccess encryption inventory length \
        lifecycle location logging metadata modify name notification obscompresspolicy object-lock partNumber policy \
        position quota rename replication response-cache-control response-content-disposition \
        response-content-encoding response-content-language response-content-type response-expires restore retention \
        storageClass storagePolicy storageinfo tagging torrent truncate uploadId uploads versionId versioning versions \
        website x-image-process x-image-save-bucket x-image-save-object
        """.split(separator: " ").map(String.init))
}
