/// An image of a cloud account's own, or one that another project shares with it.
public struct AccountImage: Hashable, Sendable {
    /// The service's id of it.
    public let id: String
    /// Its name; empty when it has none.
    public let name: String
    /// Whether another project shares it.
    public let isShared: Bool
    /// `creating`, `ready`, `failed` or `unknown`.
    public let state: String
    /// Its size in bytes; 0 when the service does not tell.
    public let bytes: Int
    /// The project that shares it; empty for one of the account's own.
    public let source: String

    /// Describes an image.
    public init(id: String, name: String, isShared: Bool, state: String, bytes: Int, source: String) {
        self.id = id
        self.name = name
        self.isShared = isShared
        self.state = state
        self.bytes = bytes
        self.source = source
    }
}

/// What can be done about an image of an account; images are named by their ids, projects too.
public enum ImageChange: Hashable, Sendable {
    /// Another project of the region gets it.
    case share(String, with: String)
    /// Another project has it no longer.
    case unshare(String, with: String)
    /// It was offered by another project, and is accepted.
    case accept(String)
    /// It was offered by another project, and is rejected.
    case reject(String)
    /// It is deleted.
    case delete(String)
}
