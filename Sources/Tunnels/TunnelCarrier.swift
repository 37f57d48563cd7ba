public import Farm
public import Lanes

/// One SSH connection to one host, inside which streams go to what that host can reach.
///
/// Confined to the lane it was made on.
public protocol TunnelCarrier: AnyObject, Sendable {
    /// Why no stream can be opened any more; nil while the connection holds.
    var failure: StreamFailure? { get }
    /// Whether a stream would be asked for at once; false while the host has not answered for an earlier one.
    ///
    /// Streams are opened one after the other, and one whose far end keeps silent holds up those behind it.
    var canOpen: Bool { get }

    /// Opens a stream to an address as the host sees it; the handler hears of the outcome, but never during this call.
    func openStream(to address: Address, handler: any SocketHandler) -> any ByteStream

    /// Ends the connection, and every stream in it with a failure.
    func close()
}

/// Makes SSH connections; the pool dials, and knows nothing of SSH.
public protocol TunnelDialing: Sendable {
    /// Connects to a host, shows who we are, and looks at who it is. Called on `lane`, where the connection will live.
    ///
    /// Limits of the phases are the dialer's own.
    ///
    /// - Parameter carrier: The connection to the host that stands before this one; nil to dial it straight.
    /// - Throws: `PhoneError` that names the host and never a phone: `unauthorized` where a key is refused, or the host
    ///   is not the one that it was, `unreachable` otherwise; `CancellationError`.
    func connect(
        to hop: SSHHop, through carrier: (any TunnelCarrier)?, on lane: Lane
    ) async throws -> any TunnelCarrier
}

/// Says that this program goes nowhere over SSH.
public struct NoTunnels: TunnelDialing {
    /// Nothing is needed to refuse.
    public init() {}

    /// Refuses.
    ///
    /// - Throws: `PhoneError`.
    public func connect(
        to hop: SSHHop, through carrier: (any TunnelCarrier)?, on lane: Lane
    ) async throws -> any TunnelCarrier {
        throw PhoneError(
            .unsupported, operation: "connect to \(hop)", reason: "nothing here speaks SSH", mayHaveBeenSent: false)
    }
}
