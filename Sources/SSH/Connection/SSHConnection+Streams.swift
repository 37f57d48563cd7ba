public import Lanes

extension SSHConnection {
    /// Opens a stream to a port that the host can reach, as seen from there.
    ///
    /// It behaves like a socket that is connecting: the handler hears that it is up, or why it is not.
    public func openStream(to host: String, port: UInt16, handler: any SocketHandler) -> any ByteStream {
        open(.forward(host: host, port: port), "connect to \(host):\(port) through \(name)", handler)
    }

    /// Opens a stream to a subsystem of the host, such as `sftp`.
    public func openSubsystem(_ subsystem: String, handler: any SocketHandler) -> any ByteStream {
        open(.subsystem(subsystem), "start \(subsystem) on \(name)", handler)
    }

    private func open(_ purpose: SSHChannelPurpose, _ operation: String, _ handler: any SocketHandler) -> SSHChannel {
        lane.preconditionOnLane()
        let channel = SSHChannel(purpose, of: self, operation: operation, handler: handler)
        if let failure {
            // Told like every other failure: never during the call that asked.
            lane.run { channel.end(with: failure) }
        } else {
            add(channel)
        }
        return channel
    }
}
