import Curl
public import Lanes
public import Signing

/// Proves who the account is: a token that is got once for all callers, or a signature for each call.
public actor CloudCredentials {
    /// The lane on which everything happens.
    public nonisolated let lane: Lane
    private let account: CloudAccount
    private let wire: CloudWire
    private let options: CloudClientOptions
    private let file: TokenFile?
    private var token: CloudToken?
    private var login: Task<CloudToken, any Error>?
    /// A login that was refused is not repeated, since that locks the user.
    private var refusal: CloudError?
    private var project: String?
    private var lookUp: Task<String, any Error>?
    private var keys: (AccessKeys, expiresAt: Int)?
    private var keyCall: Task<AccessKeys, any Error>?

    /// How long keys for the storage are asked for, in seconds, and how long before their end they are renewed.
    private static let keyLife = (whole: 4 * 3600, margin: 40 * 60)

    /// The lane's.
    public nonisolated var unownedExecutor: UnownedSerialExecutor { lane.asUnownedSerialExecutor() }

    init(_ account: CloudAccount, wire: CloudWire, options: CloudClientOptions) {
        self.account = account
        self.wire = wire
        self.options = options
        lane = wire.client.lane
        project = account.projectID
        if case .password(let domain, let user, _) = account.login, let folder = options.tokenFolder {
            file = TokenFile(
                folder: folder, host: account.endpoints.iam, account: domain, user: user,
                project: account.scope == .domain ? "" : account.projectID ?? account.region)
        } else {
            file = nil
        }
    }

    // MARK: Calls

    /// The fields that prove who sends a call, and the token among them, if there is one.
    func authorise(_ call: inout CloudCall, projectID: String?) async throws -> (
        fields: [HTTPField], token: CloudToken?
    ) {
        guard case .keys(let keys) = account.login else {
            let token = try await currentToken()
            return ([HTTPField("X-Auth-Token", token.secret)], token)
        }
        call.request.fields.removeAll { $0.name == "X-Project-Id" }
        if let projectID { call.request.fields.append(SignableRequest.Field("X-Project-Id", projectID)) }
        let time = SigningTime(secondsSince1970: options.now())
        do {
            let signature = try SDKSignature(call.request, body: call.body, keys: keys, at: time)
            return (signature.fields.map { HTTPField($0.name, $0.value) }, nil)
        } catch {
            throw CloudError(.badRequest, call.operation, "it cannot be signed: \(error)")
        }
    }

    /// Sees to it that a refused token is not used again.
    ///
    /// - Returns: Whether another one can be got.
    func drop(_ refused: CloudToken) -> Bool {
        guard case .password = account.login else { return false }
        if token == refused {
            token = nil
            file?.remove()
        }
        return true
    }

    private func currentToken() async throws -> CloudToken {
        if case .token(let secret) = account.login { return CloudToken(secret, expiresAt: nil, projectID: nil) }
        if let refusal { throw refusal }
        if let token, token.isFresh(at: options.now()) { return token }
        if let login { return try await login.value }
        let task = Task(executorPreference: lane) { try await self.obtainToken() }
        login = task
        return try await task.value
    }

    private func obtainToken() async throws -> CloudToken {
        defer { login = nil }
        guard case .password(let domain, let user, let password) = account.login else {
            throw CloudError(.login, "log in for the account \(account.name)", "there is no password")
        }
        if let kept = file?.read() {
            kept.note.map(options.note)
            if let token = kept.token, token.isFresh(at: options.now()) {
                self.token = token
                return token
            }
        }
        let call = try IdentityCalls.token(account, domain, user, password)
        do {
            let reply = try await ask(call, fields: [])
            let token = try IdentityCalls.readToken(reply, call.operation)
            self.token = token
            if let note = file?.write(token) { options.note(note) }
            return token
        } catch let error as CloudError where error.status == 401 || error.status == 403 {
            let refused = CloudError(
                .login, error.operation, error.reason, status: error.status, fault: error.fault,
                advice: error.status == 401
                    ? "check account, user and password; it is not tried again, since that locks the user"
                    : "give the user programmatic access")
            refusal = refused
            throw refused
        }
    }

    /// Sends a call of the identity service, again when it failed in passing.
    private func ask(_ call: CloudCall, fields: [HTTPField]) async throws -> CloudReply {
        var attempt = 0
        while true {
            attempt += 1
            let failure: CloudError
            do {
                let reply = try await wire.send(call, fields: fields)
                if reply.isSuccess { return reply }
                failure = CloudError(reply, of: call.operation, shape: nil, isRepeatable: true)
                    .consideringLogin(account.login, reply, now: options.now())
            } catch let error as CloudError { failure = error }
            guard failure.isPassing, attempt < options.retry.attempts else { throw failure }
            try await lane.sleep(for: options.retry.pause(after: attempt))
        }
    }

    // MARK: Project and keys

    /// The id of the project: the account's, the token's, or the one that is looked up once.
    public func projectID() async throws -> String {
        if let project { return project }
        if let lookUp { return try await lookUp.value }
        let task = Task(executorPreference: lane) { try await self.findProject() }
        lookUp = task
        return try await task.value
    }

    private func findProject() async throws -> String {
        defer { lookUp = nil }
        if case .password = account.login, let id = try await currentToken().projectID {
            project = id
            return id
        }
        var call = try IdentityCalls.projects(account)
        let fields = try await authorise(&call, projectID: nil).fields
        let id = try IdentityCalls.readProject(try await ask(call, fields: fields), account)
        project = id
        return id
    }

    /// Keys for the storage: the account's own, or such as a token gets for a while.
    public func storageKeys() async throws -> AccessKeys {
        if case .keys(let keys) = account.login { return keys }
        if let keys, options.now() < keys.expiresAt - Self.keyLife.margin { return keys.0 }
        if let keyCall { return try await keyCall.value }
        let task = Task(executorPreference: lane) { try await self.obtainKeys() }
        keyCall = task
        return try await task.value
    }

    private func obtainKeys() async throws -> AccessKeys {
        defer { keyCall = nil }
        var call = try IdentityCalls.temporaryKeys(account, seconds: Self.keyLife.whole)
        let first = try await authorise(&call, projectID: nil)
        let reply: CloudReply
        do {
            reply = try await ask(call, fields: first.fields)
        } catch let error as CloudError where error.status == 401 {
            guard let token = first.token, drop(token) else { throw error }
            reply = try await ask(call, fields: try await authorise(&call, projectID: nil).fields)
        }
        let keys = try IdentityCalls.readKeys(reply, call.operation)
        self.keys = keys
        return keys.0
    }
}
