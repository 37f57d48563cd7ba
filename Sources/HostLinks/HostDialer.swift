public import Farm
public import Lanes
import SSH
public import Tunnels

/// Makes links to encoders: an SSH connection for each, through the pool's connections where there are jump hosts.
public struct HostDialer: HostDialing {
    private let dialer: SSHDialer
    private let tunnels: TunnelPool

    /// Prepares to dial.
    ///
    /// - Parameters:
    ///   - dialer: Makes the connections to the encoders themselves.
    ///   - tunnels: Leads through jump hosts.
    public init(_ dialer: SSHDialer, tunnels: TunnelPool) {
        self.dialer = dialer
        self.tunnels = tunnels
    }

    /// Connects to an encoder by its route.
    ///
    /// - Throws: `PhoneError` with a code other than `lost`, which is `unsupported` for an encoder without a route;
    ///   `CancellationError`.
    public func connect(to encoder: Encoder, on lane: Lane) async throws -> any ConnectedHost {
        lane.preconditionOnLane()
        guard let route = encoder.route else {
            throw PhoneError(
                .unsupported, operation: "connect to \(encoder.name)", reason: "it has no SSH server",
                advice: "give it an `ssh:` in the farm file", mayHaveBeenSent: false)
        }
        let connection = try await dialer.connection(to: route, through: tunnels, on: lane)
        return SSHHost(encoder, connection, wayIn: "ssh \(route)")
    }
}
