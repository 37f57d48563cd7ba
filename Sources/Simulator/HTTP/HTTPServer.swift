import Lanes

/// An HTTP/1.1 server on a lane: connections that are kept, requests one behind the other, bodies by length or in
/// chunks, `Expect: 100-continue`, and answers from memory or files.
actor HTTPServer {
    /// The lane on which everything happens.
    nonisolated let lane: Lane
    private let handler: any HTTPHandler
    private let limits: HTTPLimits
    private var listener: TCPListener?
    private var connections: [Int: (connection: HTTPConnection, task: Task<Void, Never>)] = [:]
    private var accepted = 0

    /// The lane's.
    nonisolated var unownedExecutor: UnownedSerialExecutor { lane.asUnownedSerialExecutor() }

    init(on lane: Lane, limits: HTTPLimits = HTTPLimits(), handler: any HTTPHandler) {
        self.lane = lane
        self.handler = handler
        self.limits = limits
    }

    /// Opens the port; 0 has the system choose one.
    ///
    /// - Returns: Where it listens.
    /// - Throws: ``SystemError`` when the port cannot be had.
    func start(at address: SocketAddress = .loopback(port: 0)) throws(SystemError) -> SocketAddress {
        let listener = try TCPListener(at: address, on: lane) { [unowned self] descriptor in
            assumeIsolated { $0.accept(descriptor) }
        }
        self.listener = listener
        return listener.address
    }

    private func accept(_ descriptor: CInt) {
        // One whose descriptor cannot be watched is closed already, and the client sees that.
        guard let connection = try? HTTPConnection(descriptor, on: lane, limits: limits, handler: handler) else {
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
