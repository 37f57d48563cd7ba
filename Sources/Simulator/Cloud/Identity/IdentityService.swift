import JSON
import Lanes
import Secrets
import Signing

/// What IAM is asked here (Cloud Phone API, endpoint and authentication).
enum IdentityOperation: String {
    case createToken = "CreateToken"
    case listProjects = "ListProjects"
    case createTemporaryKeys = "CreateTemporaryKeys"

    init?(_ head: HTTPRequestHead) {
        switch (head.method, head.rawPath) {
        case ("POST", "/v3/auth/tokens"): self = .createToken
        case ("GET", "/v3/projects"): self = .listProjects
        case ("POST", "/v3.0/OS-CREDENTIAL/securitytokens"): self = .createTemporaryKeys
        default: return nil
        }
    }
}

extension SimulatedCloud {
    func answer(
        _ operation: IdentityOperation, _ head: HTTPRequestHead, _ bytes: [UInt8]
    ) throws(CloudRefusal) -> HTTPReply {
        switch operation {
        case .createToken: try createToken(JSONValue(parsing: bytes))
        case .listProjects: try listProjects(head, bytes)
        case .createTemporaryKeys: try createKeys(head, JSONValue(parsing: bytes))
        }
    }

    /// IAM's own shape of a refusal.
    static func identityReply(_ refusal: CloudRefusal, _ requestID: String) -> HTTPReply {
        guard !refusal.code.hasPrefix("APIGW."), !refusal.code.hasPrefix("CPS.") else {
            return CloudGateway.reply(refusal, requestID: requestID)
        }
        let error: JSONValue = [
            "code": .integer(Int64(refusal.status)), "message": .text(refusal.message), "title": .text(refusal.code),
        ]
        return CloudGateway.reply(refusal.status, ["error": error], requestID: requestID)
    }

    private static let malformed = CloudRefusal(400, "Bad Request", "The request body is invalid.")

    private func reply(_ status: Int, _ body: [String: JSONValue], _ fields: [(name: String, value: String)] = [])
        -> HTTPReply
    {
        var reply = CloudGateway.reply(status, body, requestID: makeID())
        reply.fields += fields
        return reply
    }

    private func createToken(_ body: JSONValue?) throws(CloudRefusal) -> HTTPReply {
        guard let auth = body?["auth"], let identity = auth["identity"],
            identity["methods"]?.elements == ["password"], let person = identity["password"]?["user"],
            let name = person["name"]?.text, let password = person["password"]?.text,
            let account = person["domain"]?["name"]?.text
        else { throw Self.malformed }
        let user = try identities.user(account: account, name: name, password: password)
        let project = auth["scope"]?["project"]
        if let project {
            guard project["name"]?.text == options.region || project["id"]?.text == options.projectID else {
                throw CloudRefusal(401, "Unauthorized", "The project does not exist or is not the user's.")
            }
        }
        let text = identities.makeToken(
            for: user.name, isForProject: project != nil, until: lane.now.advanced(by: options.tokenLife))
        let life = options.tokenLife.wholeNanoseconds / 1_000_000_000
        var token: [String: JSONValue] = [
            "issued_at": .text(CloudTime.fine(seconds)), "expires_at": .text(CloudTime.fine(seconds + life)),
            "methods": ["password"],
            "user": ["name": .text(user.name), "domain": ["name": .text(user.account)]],
        ]
        if project != nil { token["project"] = ["id": .text(options.projectID), "name": .text(options.region)] }
        return reply(201, ["token": .object(token)], [(name: "X-Subject-Token", value: text)])
    }

    private func listProjects(_ head: HTTPRequestHead, _ bytes: [UInt8]) throws(CloudRefusal) -> HTTPReply {
        _ = try authenticate(head, bytes)
        let name = head.parameter("name")
        let project: JSONValue = [
            "id": .text(options.projectID), "name": .text(options.region), "enabled": true,
            "domain_id": .text(Self.id(options.seed, "domain", 0)), "is_domain": false, "description": "",
        ]
        return reply(200, ["projects": .array(name == nil || name == options.region ? [project] : [])])
    }

    private func createKeys(_ head: HTTPRequestHead, _ body: JSONValue?) throws(CloudRefusal) -> HTTPReply {
        guard let token = head.value(of: "X-Auth-Token"), let known = identities.token(token), known.ends > lane.now
        else { throw CloudRefusal(401, "Unauthorized", "The token is missing, wrong or expired.") }
        guard let identity = body?["auth"]?["identity"], identity["methods"]?.elements == ["token"] else {
            throw Self.malformed
        }
        let life = identity["token"]?["duration_seconds"]?.integer ?? 900
        guard (900...86_400).contains(life) else { throw Self.malformed }
        let keys = identities.makeKeys(until: lane.now.advanced(by: .seconds(life)))
        let credential: [String: JSONValue] = [
            "access": .text(keys.id), "secret": .text(keys.secret.reveal { $0 }),
            "securitytoken": .text(keys.token?.reveal { $0 } ?? ""),
            "expires_at": .text(CloudTime.fine(seconds + life)),
        ]
        return reply(201, ["credential": .object(credential)])
    }
}
