import CloudPhone
public import Farm
public import Lanes
public import Secrets
import Signing
import Synchronization

/// The accounts of a farm, each opened when something is first asked of it.
public final class CloudAccounts: CloudDialing, ServerDialing {
    /// Reads a text of the farm file that may be a secret, or stand in the environment.
    public typealias TextReading = @Sendable (Farm.CloudAccount.Text) throws -> Secret

    let accounts: [Farm.CloudAccount]
    let options: CloudLinkOptions
    private let read: TextReading
    private let sessions = Mutex<[String: AccountSession]>([:])
    /// Who it was told of that ADB does not reach them.
    let withoutADB = Mutex(WithoutADB())

    /// Prepares accounts; nobody is asked, and no secret is read yet.
    public init(_ accounts: [Farm.CloudAccount], options: CloudLinkOptions, read: @escaping TextReading) {
        self.accounts = accounts
        self.options = options
        self.read = read
    }

    /// The phone as its service answers for it.
    ///
    /// - Throws: ``ServiceError`` when its account cannot be used.
    public func phone(_ phone: Phone, at place: CloudPlace, on lane: Lane) throws(ServiceError) -> any BatchedPhone {
        let session = try session(of: place.account)
        guard kind(of: place.account) == .koophone else {
            return CloudPhoneLink(id: .phone(phone.name), place: place, session: session, lane: lane)
        }
        return KooPhoneLink(id: .phone(phone.name), place: place, session: session, lane: lane)
    }

    /// The server as its account answers for it.
    ///
    /// - Throws: ``PhoneError`` for a server of no account; ``ServiceError`` when its account cannot be used, or does not have
    ///   it.
    public func connect(to server: Server, on lane: Lane) async throws -> any ConnectedServer {
        guard let cloud = server.cloud else {
            throw PhoneError(
                .unsupported, operation: "connect to \(server.name)", reason: "the server belongs to no cloud account",
                advice: "add `account: NAME` to it in the farm file, or put the step into a play with `phones:`",
                mayHaveBeenSent: false)
        }
        guard kind(of: cloud.account) == .cph else {
            throw ServiceError(
                "unsupported", operation: "connect to \(server.name)",
                reason: "KooPhone rents single phones, and no servers",
                advice: "put the step into a play with `phones:`")
        }
        let session = try session(of: cloud.account)
        let id: String
        do {
            id = if let known = cloud.id { known } else { try await session.serverNames.id(of: server.name) }
        } catch let error as CloudError {
            throw ServiceError(error, "find the server \(server.name)")
        }
        return CloudServerLink(
            id: TargetID(kind: .server, name: server.name), server: id, session: session, lane: lane)
    }

    /// Ends what holds for a run only, and what goes on beside its steps: files that were shared for its time are removed, and
    /// uploads of earlier runs are ended for a few seconds at most.
    public func finish() async {
        for session in sessions.withLock({ Array($0.values) }) {
            await session.shelves.clear()
            await session.staging?.finish()
        }
    }

    /// The account of that name, opened once.
    ///
    /// - Throws: ``ServiceError`` when it cannot be used: a secret is missing, a region is unknown.
    func session(of name: String) throws(ServiceError) -> AccountSession {
        try sessions.withLock { (sessions) throws(ServiceError) in
            if let known = sessions[name] { return known }
            let session = try open(name)
            sessions[name] = session
            return session
        }
    }

    /// What an account rents.
    func kind(of name: String) -> Farm.CloudAccount.Kind { accounts.first { $0.name == name }?.kind ?? .cph }

    /// The accounts as their sessions see each other; these do not keep them.
    private var kin: AccountKin {
        AccountKin(accounts: accounts) { [weak self] (name) throws(ServiceError) in
            guard let self else {
                throw ServiceError("account", operation: "use the account \(name)", reason: "the run is over")
            }
            return try self.session(of: name)
        }
    }

    private func open(_ name: String) throws(ServiceError) -> AccountSession {
        let operation = "use the account \(name)"
        guard let account = accounts.first(where: { $0.name == name }) else {
            throw ServiceError(
                "no-account", operation: operation, reason: "the farm has no such account",
                advice: accounts.isEmpty ? nil : "it has \(accounts.map(\.name).joined(separator: ", "))")
        }
        do {
            let login: CloudLogin =
                switch account.login {
                case .keys(let id, let secret, let token):
                    .keys(
                        AccessKeys(
                            id: try plain(id), secret: try read(secret), token: try token.map { try read($0) }))
                case .password(let domain, let user, let password):
                    .password(account: try plain(domain), user: try plain(user), try read(password))
                }
            let endpoints = try CloudEndpoints(
                region: account.region, cph: account.kind == .cph ? account.endpoints.service : nil,
                iam: account.endpoints.identity, obs: account.endpoints.storage,
                koophone: account.kind == .koophone ? account.endpoints.service : nil)
            let limits = CloudLimits(
                syncPerMinute: account.rates.syncCommands, writesPerMinute: account.rates.writes,
                readsPerSecond: account.rates.reads)
            return try AccountSession(
                account,
                as: CloudPhone.CloudAccount(
                    name: account.name, region: account.region, projectID: try account.project.map { try plain($0) },
                    endpoints: endpoints, login: login, scope: account.kind == .koophone ? .domain : .project,
                    limits: limits),
                kin: kin, options: options)
        } catch let error as CloudError {
            throw ServiceError(error, operation)
        } catch let error as SecretError {
            throw ServiceError("account", operation: operation, reason: error.message, advice: error.help)
        } catch {
            throw ServiceError("account", operation: operation, reason: "\(error)")
        }
    }

    /// A text that anybody may read.
    private func plain(_ text: Farm.CloudAccount.Text) throws -> String {
        if case .literal(let text) = text { return text }
        return try read(text).reveal { $0 }
    }
}
