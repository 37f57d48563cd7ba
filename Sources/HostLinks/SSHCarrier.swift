public import Farm
public import Lanes
public import SSH
public import Tunnels

/// An SSH connection as the pool of tunnels knows it.
public final class SSHCarrier: TunnelCarrier {
    /// The connection.
    public let connection: SSHConnection

    /// Takes a connection over.
    public init(_ connection: SSHConnection) { self.connection = connection }

    /// Why no stream can be opened any more; nil while the connection holds.
    public var failure: StreamFailure? {
        connection.failure.map { StreamFailure($0.operation, $0.reason, advice: $0.advice) }
    }

    /// Whether a stream would be asked for at once: the library opens channels one after the other.
    public var canOpen: Bool { connection.canOpen }

    /// Opens a stream to an address as the host sees it.
    public func openStream(to address: Address, handler: any SocketHandler) -> any ByteStream {
        connection.openStream(to: address.host, port: address.port, handler: handler)
    }

    /// Ends the connection.
    public func close() { connection.close() }
}
