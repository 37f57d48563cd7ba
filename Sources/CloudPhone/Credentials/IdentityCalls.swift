import Curl
import JSON
import Secrets
import Signing

/// The calls of the identity service (Cloud Phone API, endpoint and authentication).
enum IdentityCalls {
    /// Asks for a token by password, for the project of the account.
    static func token(_ account: CloudAccount, _ domain: String, _ user: String, _ password: Secret) throws(CloudError)
        -> CloudCall
    {
        let scope: JSONValue =
            switch account.scope {
            case .project:
                ["project": account.projectID.map { ["id": .text($0)] } ?? ["name": .text(account.region)]]
            case .domain: ["domain": ["name": .text(domain)]]
            }
        let body: JSONValue = [
            "auth": [
                "identity": [
                    "methods": ["password"],
                    "password": [
                        "user": [
                            "name": .text(user), "password": .text(password.reveal { $0 }),
                            "domain": ["name": .text(domain)],
                        ]
                    ],
                ],
                "scope": scope,
            ]
        ]
        var call = try CloudCall(
            operation("log in", account), "POST", base: account.endpoints.iam, path: "/v3/auth/tokens",
            query: [("nocatalog", "true")], body: body.bytes, isRepeatable: true)
        call.request.fields = [SignableRequest.Field("Content-Type", "application/json;charset=utf8")]
        return call
    }

    /// Reads the token of an answer.
    static func readToken(_ reply: CloudReply, _ operation: String) throws(CloudError) -> CloudToken {
        guard let text = reply.headers["X-Subject-Token"], !text.isEmpty else {
            throw CloudError(unreadable: reply, of: operation, "there is no token in it", isRepeatable: true)
        }
        let token = reply.value?["token"]
        guard let end = token?["expires_at"]?.text.flatMap(CloudTime.seconds(of:)) else {
            throw CloudError(unreadable: reply, of: operation, "the token's end is missing", isRepeatable: true)
        }
        return CloudToken(text, expiresAt: end, projectID: token?["project"]?["id"]?.text)
    }

    /// Asks for the project of the account's region.
    static func projects(_ account: CloudAccount) throws(CloudError) -> CloudCall {
        try CloudCall(
            operation("look up the project of \(account.region)", account), "GET", base: account.endpoints.iam,
            path: "/v3/projects", query: [("name", account.region)], isRepeatable: true)
    }

    /// Reads the one project of an answer.
    static func readProject(_ reply: CloudReply, _ account: CloudAccount) throws(CloudError) -> String {
        let operation = operation("look up the project of \(account.region)", account)
        guard let projects = reply.value?["projects"]?.elements else {
            throw CloudError(unreadable: reply, of: operation, "projects is missing", isRepeatable: true)
        }
        let ids = projects.compactMap { $0["id"]?.text }
        guard ids.count == 1, let id = ids.first else {
            throw CloudError(
                .badRequest, operation,
                ids.isEmpty ? "there is none" : "there are \(ids.count): \(ids.joined(separator: ", "))",
                status: reply.status, advice: "name one by its id in the account")
        }
        return id
    }

    /// Asks for keys that hold for a while.
    static func temporaryKeys(_ account: CloudAccount, seconds: Int) throws(CloudError) -> CloudCall {
        let body: JSONValue = [
            "auth": [
                "identity": ["methods": ["token"], "token": ["duration_seconds": .integer(Int64(seconds))]]
            ]
        ]
        return try CloudCall(
            operation("get keys for the storage", account), "POST", base: account.endpoints.iam,
            path: "/v3.0/OS-CREDENTIAL/securitytokens", body: body.bytes, isRepeatable: true)
    }

    /// Reads the keys of an answer and their end.
    static func readKeys(_ reply: CloudReply, _ operation: String) throws(CloudError) -> (AccessKeys, expiresAt: Int) {
        guard let credential = reply.value?["credential"], let id = credential["access"]?.text,
            let secret = credential["secret"]?.text, let token = credential["securitytoken"]?.text,
            let end = credential["expires_at"]?.text.flatMap(CloudTime.seconds(of:))
        else {
            throw CloudError(unreadable: reply, of: operation, "the keys are not whole", isRepeatable: true)
        }
        let keys = AccessKeys(
            id: id, secret: Secret(name: "temporary key", secret), token: Secret(name: "security token", token))
        return (keys, end)
    }

    private static func operation(_ words: String, _ account: CloudAccount) -> String {
        "\(words) for the account \(account.name)"
    }
}
