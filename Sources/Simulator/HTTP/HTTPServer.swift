import Crypto
import Lanes

/// An HTTP/1.1 server on a lane: connections that are kept, requests one behind the other, bodies by length or in
/// chunks, `Expect: 100-continue`, and answers from memory or files.
actor HTTPServer {
    /// The lane on which everything happens.
    nonisolated let lane: Lane
    private let handler: any HTTPHandler
    private let limits: HTTPLimits
    private let identity: TLSIdentity?
    private var tls: TLSServer?
    private var listener: TCPListener?
    private var connections: [Int: (connection: HTTPConnection, task: Task<Void, Never>)] = [:]
    private var accepted = 0

    /// The lane's.
    nonisolated var unownedExecutor: UnownedSerialExecutor { lane.asUnownedSerialExecutor() }

    /// - Parameter identity: Who the server shows itself to be over TLS; nil to speak in the clear.
    init(
        on lane: Lane, limits: HTTPLimits = HTTPLimits(), identity: TLSIdentity? = nil, handler: any HTTPHandler
    ) {
        self.lane = lane
        self.handler = handler
        self.limits = limits
        self.identity = identity
    }

    /// Opens the port; 0 has the system choose one.
    ///
    /// - Returns: Where it listens.
    /// - Throws: `SystemError` when the port cannot be had; `CryptoError` when there is no TLS.
    func start(at address: SocketAddress = .loopback(port: 0)) throws -> SocketAddress {
        tls = try identity?.server()
        let listener = try TCPListener(at: address, on: lane) { [unowned self] descriptor in
            assumeIsolated { $0.accept(descriptor) }
        }
        self.listener = listener
        return listener.address
    }

    private func accept(_ descriptor: CInt) {
        // One whose descriptor cannot be watched is closed already, and the client sees that.
        guard let connection = try? HTTPConnection(descriptor, on: lane, limits: limits, tls: tls, handler: handler)
        else {
            return
        }
        accepted += 1
        let number = accepted
        let task = Task(executorPreference: lane) { [weak self] in
            await connection.serve()
            await self?.forget(number)
        }
        connections[number] = (connection, task)
    }

    private func forget(_ number: Int) { connections[number] = nil }

    /// How many connections have been made.
    var connectionCount: Int { accepted }

    /// Closes the port and every connection; requests that are being answered are cancelled.
    func stop() {
        listener?.close()
        listener = nil
        for entry in connections.values {
            entry.task.cancel()
            entry.connection.abandon()
        }
        connections = [:]
    }
}
