public import Lanes

/// Makes links to hosts; the runner dials, and knows nothing of what carries the link.
public protocol HostDialing: Sendable {
    /// Connects to an encoder by its route.
    ///
    /// Called on `lane`, where the link will live. Limits of the phases are the dialer's own.
    ///
    /// - Throws: ``PhoneError`` with a code other than `lost`, which is `unsupported` for an encoder without a route;
    ///   `CancellationError`.
    func connect(to encoder: Encoder, on lane: Lane) async throws -> any ConnectedHost
}
