import JSON

/// Which of the cloud's services an operation belongs to, and so how its calls are framed.
public enum CloudService: Hashable, Sendable {
    /// Where a call of KooPhone carries the id that its caller made for it.
    public enum IDPlace: Hashable, Sendable {
        /// In the header `x-request-id`.
        case header
        /// In the part `x-request-id` of the query.
        case query
    }

    /// The service that rents servers with phones (CPH): paths name a project, and answers are what they are.
    case cph
    /// The service that rents single phones: calls carry an id of their own, and answers stand in an envelope with a code
    /// (Cloud Phone API, KooPhone).
    case koophone(id: IDPlace = .header)

    /// The name of the id that callers make.
    static let idName = "x-request-id"
    /// The code of an envelope that holds a success.
    private static let success = "0"

    /// Whether its paths are those of a project, so that calls are made for one.
    var hasProjects: Bool { self == .cph }

    /// Whether an answer with a status of success says no all the same, for the whole call.
    func refuses(_ reply: CloudReply) -> Bool {
        guard case .koophone = self else { return false }
        // Lists have the code once more inside.
        return [reply.value, reply.value?["data"]].contains { part in
            guard let code = part?["error_code"]?.text else { return false }
            return !code.isEmpty && code != Self.success
        }
    }

    /// What an answer of success holds, out of its envelope; what is no object stands under the name `data`.
    func content(of reply: CloudReply) -> CloudReply {
        guard case .koophone = self, let members = reply.value?.members else { return reply }
        var opened = reply
        switch members["data"] {
        case nil, .null: opened.value = .object([:])
        case let data? where data.members != nil: opened.value = data
        case let data?: opened.value = .object(["data": data])
        }
        return opened
    }
}
