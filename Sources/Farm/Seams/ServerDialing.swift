public import Lanes

/// Makes links to servers; the runner dials, and knows nothing of who answers for them.
public protocol ServerDialing: Sendable {
    /// Connects to a server as its account knows it.
    ///
    /// Called on `lane`, where the link will live.
    ///
    /// - Throws: ``PhoneError`` with the code `unsupported` for a server that belongs to no account; ``ServiceError`` when
    ///   its account cannot be used, or does not have it; `CancellationError`.
    func connect(to server: Server, on lane: Lane) async throws -> any ConnectedServer
}
