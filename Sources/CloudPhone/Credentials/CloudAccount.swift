public import Secrets
public import Signing

/// An account of the cloud phone service in one region, as a farm file has it.
public struct CloudAccount: Hashable, Sendable {
    /// Its name in the farm file.
    public let name: String
    /// The region, such as `cn-north-4`.
    public let region: String
    /// The id of the region's project; nil to look it up.
    public let projectID: String?
    /// Where the services can be reached.
    public let endpoints: CloudEndpoints
    /// How it proves who it is.
    public let login: CloudLogin
    /// What a token that its password gets is good for.
    public let scope: TokenScope
    /// How often it may call.
    public let limits: CloudLimits

    /// Describes an account.
    ///
    /// - Parameter endpoints: Where the services can be reached; nil for the region's usual addresses.
    /// - Throws: ``CloudError`` when the region is not known and no addresses were given, or the project id is none.
    public init(
        name: String, region: String, projectID: String? = nil, endpoints: CloudEndpoints? = nil, login: CloudLogin,
        scope: TokenScope = .project, limits: CloudLimits = CloudLimits()
    ) throws(CloudError) {
        if let projectID {
            do {
                try NameCheck.token(projectID, of: "project")
            } catch {
                throw CloudError(.badRequest, "use the account \(name)", error.reason)
            }
        }
        self.name = name
        self.region = region
        self.projectID = projectID
        self.endpoints = if let endpoints { endpoints } else { try CloudEndpoints(region: region) }
        self.login = login
        self.scope = scope
        self.limits = limits
    }
}

/// What a token is good for (Cloud Phone API, token).
public enum TokenScope: Hashable, Sendable {
    /// The project of the region; Cloud Phone asks for it.
    case project
    /// The whole account; KooPhone asks for it.
    case domain
}

/// How an account proves who it is.
public enum CloudLogin: Hashable, Sendable {
    /// By signing each call; no login is needed.
    case keys(AccessKeys)
    /// By a token that the password of an IAM user gets.
    case password(account: String, user: String, Secret)
    /// By a token that somebody else got and that cannot be renewed.
    case token(Secret)
}

/// How often an account may call.
public struct CloudLimits: Hashable, Sendable {
    /// Synchronous shell calls a minute; the service takes 6 for each user (Cloud Phone API, limits that shape a batch).
    public var syncPerMinute: Int
    /// Other writing calls a minute; what the service takes is not published.
    public var writesPerMinute: Int
    /// Reading calls a second.
    public var readsPerSecond: Int

    /// Sets limits; each is at least 1.
    public init(syncPerMinute: Int = 6, writesPerMinute: Int = 10, readsPerSecond: Int = 5) {
        self.syncPerMinute = max(1, syncPerMinute)
        self.writesPerMinute = max(1, writesPerMinute)
        self.readsPerSecond = max(1, readsPerSecond)
    }
}
