import Crypto
import Lanes
import Secrets
import Signing

extension SimulatedCloud {
    /// Lets a caller in by token or signature.
    ///
    /// - Returns: Who it is, as flow control counts.
    /// - Throws: The gateway's refusal (Cloud Phone API, gateway codes).
    func authenticate(_ head: HTTPRequestHead, _ body: [UInt8]) throws(CloudRefusal) -> String {
        if let token = head.value(of: "X-Auth-Token") { return try callerOfToken(token) }
        guard let authorization = head.value(of: "Authorization") else {
            throw CloudRefusal(401, "APIGW.0301", "Incorrect IAM authentication information: no token, no signature")
        }
        return try callerOfSignature(authorization, head, body)
    }

    /// Lets a caller of KooPhone in, by a token of the whole account and nothing else (Cloud Phone API, KooPhone).
    func authenticateForInstances(_ head: HTTPRequestHead) throws(CloudRefusal) -> String {
        guard let text = head.value(of: "X-Auth-Token"), let token = identities.token(text), token.ends > lane.now
        else {
            throw CloudRefusal(401, "APIGW.0301", "Incorrect IAM authentication information: no token, or a wrong one")
        }
        guard !token.isForProject else {
            throw CloudRefusal(403, "APIGW.0302", "The token is scoped to a project, and not to the account.")
        }
        return token.user
    }

    private func callerOfToken(_ text: String) throws(CloudRefusal) -> String {
        guard let token = identities.token(text), token.ends > lane.now else {
            throw CloudRefusal(401, "APIGW.0301", "Incorrect IAM authentication information: token expires or is wrong")
        }
        // A token of the whole account opens no project.
        guard token.isForProject else { throw .cps(1) }
        return token.user
    }

    private func callerOfSignature(
        _ authorization: String, _ head: HTTPRequestHead, _ body: [UInt8]
    ) throws(CloudRefusal) -> String {
        let wrong = { (reason: String) in
            CloudRefusal(401, "APIGW.0301", "Incorrect IAM authentication information: \(reason)")
        }
        guard let parts = SignatureParts(authorization) else { throw wrong("Authorization is malformed") }
        let now = lane.now
        guard let keys = identities.keys(parts.access, at: now) else {
            throw wrong("verify aksk signature fail, no such access key")
        }
        guard let text = head.value(of: "X-Sdk-Date"), let time = SignatureParts.seconds(text) else {
            throw wrong("X-Sdk-Date is missing or malformed")
        }
        guard abs(time - seconds) <= 15 * 60 else {
            throw CloudRefusal(401, "APIGW.0303", "Incorrect app authentication information: the signature has expired")
        }
        guard parts.names.contains("host"), parts.names.contains("x-sdk-date") else {
            throw wrong("host and x-sdk-date must be signed")
        }
        if let token = keys.token {
            let sent = head.value(of: "X-Security-Token")
            guard sent == token.reveal({ $0 }), parts.names.contains("x-security-token") else {
                throw wrong("X-Security-Token is missing, wrong or not signed")
            }
        }
        guard Self.signature(head, body, parts, keys, time) == parts.signature else {
            throw wrong("verify aksk signature fail")
        }
        return keys.id
    }

    /// The signature that the request should have, over exactly the fields that it says are signed.
    private static func signature(
        _ head: HTTPRequestHead, _ body: [UInt8], _ parts: SignatureParts, _ keys: AccessKeys, _ time: Int64
    ) -> String? {
        // These three are added by the signing itself.
        let own: Set<String> = ["host", "x-sdk-date", keys.token == nil ? "" : "x-security-token"]
        let request = SignableRequest(
            head.method, host: head.value(of: "Host") ?? "", path: head.path,
            query: head.query.map { SignableRequest.Parameter($0.name, $0.value) },
            fields: parts.names.filter { !own.contains($0) }.map {
                SignableRequest.Field($0, head.value(of: $0) ?? "")
            })
        // A signature that cannot be computed is none that could be right.
        let signed = try? SDKSignature(
            request, body: body, keys: keys, at: SigningTime(secondsSince1970: Int(time)))
        guard let field = signed?.fields.first(where: { $0.name == "Authorization" }) else { return nil }
        return field.value.reveal { SignatureParts($0)?.signature }
    }
}

/// `SDK-HMAC-SHA256 Access=AK, SignedHeaders=a;b;c, Signature=hex`, taken apart.
struct SignatureParts {
    let access: String
    let names: [String]
    let signature: String

    init?(_ text: String) {
        let algorithm = "SDK-HMAC-SHA256 "
        guard text.hasPrefix(algorithm) else { return nil }
        var values: [String: String] = [:]
        for part in text.dropFirst(algorithm.count).split(separator: ",") {
            let sides = part.drop { $0 == " " }.split(separator: "=", maxSplits: 1)
            guard sides.count == 2 else { return nil }
            values[String(sides[0])] = String(sides[1])
        }
        guard let access = values["Access"], let names = values["SignedHeaders"], let signature = values["Signature"]
        else { return nil }
        self.access = access
        self.names = names.split(separator: ";").map { $0.lowercased() }
        self.signature = signature
    }

    /// Seconds since 1970 of `20260102T030405Z`; nil when it is spelt otherwise.
    static func seconds(_ text: String) -> Int64? {
        let bytes = Array(text.utf8)
        guard bytes.count == 16, bytes[8] == UInt8(ascii: "T"), bytes[15] == UInt8(ascii: "Z") else { return nil }
        let digits = bytes[0..<8] + bytes[9..<15]
        guard digits.allSatisfy({ (48...57).contains($0) }) else { return nil }
        func number(_ range: Range<Int>) -> Int64 { bytes[range].reduce(0) { $0 * 10 + Int64($1 - 48) } }
        let (year, month, day) = (number(0..<4), number(4..<6), number(6..<8))
        guard (1...12).contains(month), (1...31).contains(day) else { return nil }
        // Days since 1970 with years that begin in March, so that the leap day is the last.
        let shifted = month > 2 ? year : year - 1
        let months = (month + 9) % 12
        let dayOfYear = (153 * months + 2) / 5 + day - 1
        let days = shifted * 365 + shifted / 4 - shifted / 100 + shifted / 400 + dayOfYear - 719_468
        return days * 86_400 + number(9..<11) * 3600 + number(11..<13) * 60 + number(13..<15)
    }
}
