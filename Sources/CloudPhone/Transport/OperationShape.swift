/// What an operation sends and gets, as the service's table of operations has it.
public struct OperationShape: Hashable, Sendable {
    /// The methods in use.
    public enum Method: String, Hashable, Sendable {
        /// Looks.
        case get = "GET"
        /// Starts work, or asks with a body.
        case post = "POST"
        /// Sets.
        case put = "PUT"
        /// Removes, with a body or without.
        case delete = "DELETE"
    }

    /// What an operation can do, from harmless to ruinous.
    public enum Hazard: String, Hashable, Sendable {
        /// Looks only.
        case read
        /// Changes something that can be changed back.
        case change
        /// Takes phones or servers out of work for a while.
        case disrupt
        /// Destroys data that nobody can bring back.
        case dataLoss = "data-loss"
        /// Costs money.
        case money
        /// May leave a server unreachable.
        case lockOut = "lock-out"
    }

    /// What the service's IAM asks of the caller.
    public enum Permission: Hashable, Sendable {
        /// This action.
        case action(String)
        /// Nothing beyond a user of the project.
        case none
        /// Something that the service's documents do not name.
        case undocumented
    }

    /// The operation's name in SDK and documents.
    public let name: String
    /// The method.
    public let method: Method
    /// The path with its gaps in braces; `{project_id}` is filled by the client.
    public let path: String
    /// The parts of the query.
    public let query: [OperationField]
    /// The members of the body; none when there is no body.
    public let body: [OperationField]
    /// The members of the answer.
    public let answer: [OperationField]
    /// What it can do.
    public let hazard: Hazard
    /// Whether it only starts work that is to be polled for.
    public let startsJobs: Bool
    /// What the caller must be allowed.
    public let permission: Permission
    /// Which service it belongs to.
    public let service: CloudService
    /// Whether the body takes members that nobody has described, which are sent as they are given.
    public let hasOpenBody: Bool
    /// Whether all of the answer lets in whoever has it.
    public let hasSecretAnswer: Bool

    /// Describes an operation.
    ///
    /// - Parameter answer: What reads the answer; its fields are noted by reading nothing.
    public init<Answer>(
        _ name: String, _ method: Method, _ path: String, query: [OperationField] = [], body: [OperationField] = [],
        answer: (AnswerFields) throws(AnswerFault) -> Answer, hazard: Hazard, startsJobs: Bool = false,
        permission: Permission = .undocumented, service: CloudService = .cph, hasOpenBody: Bool = false,
        hasSecretAnswer: Bool = false
    ) {
        self.name = name
        self.method = method
        self.path = path
        self.query = query
        self.body = body
        self.answer = AnswerFields.shape(of: answer)
        self.hazard = hazard
        self.startsJobs = startsJobs
        self.permission = permission
        self.service = service
        self.hasOpenBody = hasOpenBody
        self.hasSecretAnswer = hasSecretAnswer
    }

    /// Whether sending it twice does no more than sending it once.
    public var isRepeatable: Bool { hazard == .read || method == .put && !startsJobs }

    /// The permission in words for whom the service refused; nil when none is needed.
    var permissionAdvice: String? {
        if service != .cph {
            let user = "use an IAM user of the account that KooPhone belongs to, and who may use it"
            return if case .action(let action) = permission { "\(user) (\(action))" } else { user }
        }
        let role = hazard == .read ? "CPH User or CPH FullAccess" : "CPH FullAccess"
        return switch permission {
        case .action(let action):
            "allow the user \(action) (or give it the role \(role)) in this project, and use a token with project scope"
        case .none: "use a token with project scope"
        case .undocumented: "give the user the role \(role) in this project, and use a token with project scope"
        }
    }
}
