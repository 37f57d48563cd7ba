import Crypto

/// Checks a signature of Amazon's version 4 in the header.
struct AWS4Check {
    private let signature: StorageSignature
    private let credential: [String]
    private let names: [String]
    private let given: String
    /// Whether the signature stands in the query, as that of a link does.
    private var isInQuery = false

    /// Takes the field apart; blanks behind its commas may be missing, as in the service's own client.
    init(_ authorization: String, _ signature: StorageSignature) throws(StorageRefusal) {
        self.signature = signature
        var values: [String: String] = [:]
        for part in authorization.dropFirst("AWS4-HMAC-SHA256 ".count).split(separator: ",") {
            let sides = part.split(separator: "=", maxSplits: 1)
            guard sides.count == 2 else { throw .invalidArgument("Authorization is malformed") }
            values[sides[0].filter { $0 != " " }] = String(sides[1])
        }
        credential = (values["Credential"] ?? "").split(separator: "/").map(String.init)
        names = (values["SignedHeaders"] ?? "").split(separator: ";").map(String.init)
        given = values["Signature"] ?? ""
        guard credential.count == 5, names.contains("host") else {
            throw .invalidArgument("Authorization is malformed")
        }
    }

    /// Takes the signature of a link apart.
    init(query head: HTTPRequestHead, _ credential: String, _ signature: StorageSignature) throws(StorageRefusal) {
        self.signature = signature
        self.credential = credential.split(separator: "/").map(String.init)
        names = (head.parameter("X-Amz-SignedHeaders") ?? "").split(separator: ";").map(String.init)
        given = head.parameter("X-Amz-Signature") ?? ""
        isInQuery = true
        guard self.credential.count == 5, names.contains("host") else {
            throw .invalidArgument("the query is malformed")
        }
    }

    private func requireTime(_ date: String, _ head: HTTPRequestHead) throws(StorageRefusal) {
        guard isInQuery else { return try signature.requireTime(date) }
        guard let begin = StorageTime.seconds(date), let life = head.parameter("X-Amz-Expires").flatMap({ Int($0) }),
            (1...604_800).contains(life)
        else { throw .accessDenied }
        guard signature.now < begin + life, signature.now >= begin - StorageSignature.largestSkew else {
            throw .expiredURL
        }
    }

    func check(_ request: StorageRequest) throws -> StorageSignature.Payload {
        let head = request.head
        let token = isInQuery ? head.parameter("X-Amz-Security-Token") : head.value(of: "x-amz-security-token")
        let keys = try signature.keys(of: credential[0], token: token)
        // Without a field of the store's own the usual one counts.
        let date =
            (isInQuery ? head.parameter("X-Amz-Date") : head.value(of: "x-amz-date"))
            ?? head.value(of: "Date").flatMap(StorageTime.seconds).map(StorageTime.compact) ?? ""
        try requireTime(date, head)
        guard date.hasPrefix(credential[1]), credential[3] == "s3", credential[4] == "aws4_request" else {
            throw StorageRefusal.wrongSignature
        }
        guard credential[2] == signature.region else {
            var refusal = StorageRefusal(
                400, "AuthorizationHeaderMalformed",
                "The authorization header is malformed; the region '\(credential[2])' is wrong; expecting '\(signature.region)'"
            )
            refusal.details = ["Region": signature.region]
            throw refusal
        }
        // Fields of the store's own must be signed, or anybody on the way could change them.
        for field in head.fields where field.name.lowercased().hasPrefix("x-amz-") {
            guard names.contains(field.name.lowercased()) else { throw StorageRefusal.wrongSignature }
        }
        let payload = head.value(of: "x-amz-content-sha256") ?? "UNSIGNED-PAYLOAD"
        let fields = names.map { name in
            let values = head.values(of: name).map(Self.folded)
            return "\(name):\(values.joined(separator: ","))\n"
        }
        let canonical = [
            head.method, head.rawPath, Self.query(head), fields.joined(), names.joined(separator: ";"), payload,
        ].joined(separator: "\n")
        let scope = credential.dropFirst().joined(separator: "/")
        let text = ["AWS4-HMAC-SHA256", date, scope, SHA256.hash(of: canonical).hex].joined(separator: "\n")
        var code = Array("AWS4\(keys.secret)".utf8)
        for part in credential.dropFirst() + [text] {
            code = try MessageCode.sha256(of: Array(part.utf8), key: code)
        }
        guard Hex.encode(code) == given else { throw StorageRefusal.wrongSignature }
        return try Self.payload(payload)
    }

    private static func payload(_ word: String) throws(StorageRefusal) -> StorageSignature.Payload {
        switch word {
        case "UNSIGNED-PAYLOAD": return .unsigned
        case "STREAMING-UNSIGNED-PAYLOAD-TRAILER": return .framed
        case _ where word.hasPrefix("STREAMING-"): throw .notImplemented(word)
        default: return .hash(word)
        }
    }

    /// The query in its canonical form: encoded anew, sorted by encoded names and then values.
    private static func query(_ head: HTTPRequestHead) -> String {
        head.query.filter { $0.name != "X-Amz-Signature" }.map { (encoded($0.name), encoded($0.value ?? "")) }
            .sorted { $0.0 == $1.0 ? $0.1 < $1.1 : $0.0.utf8.lexicographicallyPrecedes($1.0.utf8) }
            .map { "\($0.0)=\($0.1)" }.joined(separator: "&")
    }

    /// Percent-encodes everything but letters, digits and `-_.~`.
    static func encoded(_ text: String) -> String {
        var encoded: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E: encoded.append(byte)
            default: encoded += Array("%\(byte < 16 ? "0" : "")\(String(byte, radix: 16, uppercase: true))".utf8)
            }
        }
        return String(decoding: encoded, as: UTF8.self)
    }

    /// Blanks in a row count as one.
    private static func folded(_ value: String) -> String { value.split(separator: " ").joined(separator: " ") }
}
