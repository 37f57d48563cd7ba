/// Something that a cloud announced to do to a server.
public struct ServerEvent: Hashable, Sendable {
    /// The service's id of it.
    public let id: String
    /// The service's word for what it is: `system-maintenance`, `localdisk-recovery`.
    public let type: String
    /// The service's word for how far it is: `inquiring` waits for somebody to authorise it.
    public let state: String
    /// When it is to begin, as the service writes times; empty when that is open.
    public let notBefore: String
    /// When it has to begin at the latest; empty when that is open.
    public let deadline: String
    /// What it is, in the service's words.
    public let text: String

    /// Describes an announcement.
    public init(id: String, type: String, state: String, notBefore: String, deadline: String, text: String) {
        self.id = id
        self.type = type
        self.state = state
        self.notBefore = notBefore
        self.deadline = deadline
        self.text = text
    }

    /// Whether it waits for somebody to authorise it.
    public var isWaiting: Bool { state == "inquiring" }
}

/// What a cloud is allowed to do to a server.
public enum EventPermission: Hashable, Sendable {
    /// It maintains the server from a time on, written as `2026-01-02T03:04:05Z` and more than 5 minutes ahead; nil is now.
    case maintenance(notBefore: String?)
    /// It sets the server up again elsewhere, without its data.
    case redeploy
}
