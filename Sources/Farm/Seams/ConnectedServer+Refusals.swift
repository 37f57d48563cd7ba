/// What not every cloud can do with its servers; each is refused as `unsupported`.
extension ConnectedServer {
    /// Refused.
    public func profile() async throws -> ServerProfile? { throw ServiceError(unsupported: "ask what the server is") }

    /// Refused.
    public func change(model: String, phones: String?, paysAtOnce: Bool) async throws -> String {
        throw ServiceError(unsupported: "resize to \(model)")
    }

    /// Refused.
    public func rebuild(as layout: ServerLayout) async throws { throw ServiceError(unsupported: "change the server") }

    /// Refused.
    public func delete() async throws { throw ServiceError(unsupported: "delete the server") }

    /// Refused.
    public func tags() async throws -> [String: String] { throw ServiceError(unsupported: "ask for the tags") }

    /// Refused.
    public func change(tags: [String: String], removing: [String: String]) async throws {
        throw ServiceError(unsupported: "change the tags")
    }

    /// Refused.
    public func events() async throws -> [ServerEvent] { throw ServiceError(unsupported: "ask for events") }

    /// Refused.
    public func authorise(event id: String, as permission: EventPermission) async throws {
        throw ServiceError(unsupported: "authorise the event \(id)")
    }

    /// Refused.
    public func mount(fileSystem id: String, path: String?) async throws {
        throw ServiceError(unsupported: "attach the file system \(id)")
    }

    /// Refused.
    public func unmount(fileSystem id: String) async throws {
        throw ServiceError(unsupported: "detach the file system \(id)")
    }

    /// Refused.
    public func images() async throws -> [AccountImage] { throw ServiceError(unsupported: "list the images") }

    /// Refused.
    public func change(image: ImageChange) async throws -> Bool { throw ServiceError(unsupported: "change an image") }
}
