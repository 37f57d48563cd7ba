public import Farm
public import Lanes

/// Reaches no encoder: for runs that have none among their targets.
public struct NoHosts: HostDialing {
    /// Makes links to nobody.
    public init() {}

    /// Refuses every encoder.
    public func connect(to encoder: Encoder, on lane: Lane) async throws -> any ConnectedHost {
        throw PhoneError(
            .unsupported, operation: "connect to \(encoder.name)", reason: "nothing here speaks SSH",
            mayHaveBeenSent: false)
    }
}
