/// Every code that is known: what it means, when to repeat, what to do (Cloud Phone API, errors).
enum FaultTable {
    struct Row: Hashable, Sendable {
        let retry: FaultRule.Retry
        let meaning: String
    }

    /// The codes of the gateway in front of the service.
    static let gateway = rows(of: gatewayText, prefix: "APIGW.")
    /// The codes of the service itself.
    static let service = rows(of: serviceText, prefix: "CPS.")

    /// The codes of KooPhone (Cloud Phone API, KooPhone).
    static let koophone = rows(of: koophoneText, prefix: koophonePrefix)
    /// What they begin with.
    static let koophonePrefix = "KOOPHONE.API."

    private static let koophoneText = """
        1000 never a parameter is bad
        1001 never no right to the instance
        9999 later internal fault of the service
        """

    /// Codes of what nobody has paid for.
    static let frozen: Set<String> = [
        "CPS.0006", "CPS.0007", "CPS.0053", "CPS.0195", "CPS.1028", "APIGW.0501", "APIGW.0502",
    ]

    /// The codes with which a token is refused, so that a new one is worth one try.
    static let tokenRefusals: Set<String> = ["APIGW.0301", "APIGW.0305", "APIGW.0307"]
    /// The codes with which a signature is refused.
    static let signatureRefusals: Set<String> = ["APIGW.0301", "APIGW.0303", "APIGW.0305", "APIGW.1009"]

    private static let gatewayText = """
        0101 never the gateway does not know this call
        0103 later the gateway is set up wrongly
        0104 later the gateway is set up wrongly
        0105 later the gateway is set up wrongly
        0106 never the gateway is set up wrongly
        0201 later the request is malformed or too large, or the service behind the gateway did not answer
        0204 never the TLS version is too old
        0301 new-token the token or the signature is wrong
        0302 never the user is not allowed to call this
        0303 never the signature is wrong
        0304 never the app is not allowed to call this
        0305 new-token the authentication is wrong
        0306 never this call is not allowed
        0307 new-token the token must be renewed
        0308 throttled too many calls
        0310 never the project cannot be used
        0401 never this address is not allowed
        0402 never this address is not allowed
        0404 never this address is not allowed
        0501 never the quota of the account is used up
        0502 never the balance of the account is used up
        0601 later the gateway failed
        0602 never the request is bad
        0605 later the gateway failed
        0606 later the gateway failed
        0607 never the protocol is wrong
        0608 later the gateway failed
        0609 later the gateway failed
        0610 later there is no service behind the gateway
        0611 later the gateway failed
        0612 later the gateway failed
        0613 later the identity service is down
        0705 later the gateway failed
        0802 never the user is barred in this region
        1009 never the access key or its secret is wrong
        """

    /// What to do about the codes where that is known.
    static let advice: [String: String] = [
        "APIGW.0101": "check the service's address and the region",
        "APIGW.0302": "give the user the role CPH FullAccess in this project",
        "APIGW.0303": "check the access key, its secret and this machine's clock",
        "APIGW.0308": "let fewer programs use this account at a time",
        "APIGW.0310": "check the project id of the account",
        "APIGW.0401": "ask for this machine's address to be allowed",
        "APIGW.0501": "top up the account",
        "APIGW.0502": "top up the account",
        "APIGW.1009": "check the access key and its secret",
        "CPS.0004": "the id must be that of a phone of this project",
        "CPS.0005": "list the phones again, it may have been replaced",
        "CPS.0006": "top up the account",
        "CPS.0007": "top up the account",
        "CPS.0008": "let the account's owner pass the real-name verification",
        "CPS.0015": "list the servers again",
        "CPS.0053": "renew the server on which the phone lives",
        "CPS.0067": "make the key pair in the service's console first",
        "CPS.0104":
            "check the object's name, that the bucket is in the servers' region, and that the service may read it",
        "CPS.0118": "push a script and run it",
        "CPS.0119": "name exactly one .apk",
        "CPS.0137": "use a specification with shared storage, or push to each phone",
        "CPS.0141": "start it with power: on, or wait until it runs",
        "CPS.0160": "only shared bandwidth can be resized",
        "CPS.0165": "wait until it runs or is shut down",
        "CPS.0172": "only what an export wrote can be imported",
        "CPS.0190": "name fewer phones per call",
        "KOOPHONE.API.1001": "list the instances again: it must be one of this account",
        "CPS.0195": "renew the server of the encode service",
    ]

    /// Takes lines of number, retry and meaning apart.
    private static func rows(of text: String, prefix: String) -> [String: Row] {
        var rows: [String: Row] = [:]
        for line in text.split(separator: "\n") {
            let parts = line.split(separator: " ", maxSplits: 2)
            guard parts.count == 3, let retry = FaultRule.Retry(rawValue: String(parts[1])) else { continue }
            rows[prefix + parts[0]] = Row(retry: retry, meaning: String(parts[2]))
        }
        return rows
    }
}
