public import Farm
public import Lanes

/// Reaches no server: for runs that have none among their targets.
public struct NoServers: ServerDialing {
    /// Makes links to nobody.
    public init() {}

    /// Refuses every server.
    public func connect(to server: Server, on lane: Lane) async throws -> any ConnectedServer {
        throw PhoneError(
            .unsupported, operation: "connect to \(server.name)", reason: "nothing here speaks with a cloud",
            advice: "such steps are for servers of cloud accounts; put others into a play with `phones:`",
            mayHaveBeenSent: false)
    }
}
