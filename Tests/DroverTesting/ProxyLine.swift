import Lanes

// Sendable: touched only on the proxy's lane.

/// One connection through a ``FaultyProxy``.
final class ProxyLine: @unchecked Sendable {
    private(set) var hasEnded = false
    private let fault: ProxyFault
    private let lane: Lane
    private var client: ProxyEnd?
    private var server: ProxyEnd?
    private var isHanging = false
    private var isPaused = false

    private let whenStruck: () -> Void

    /// - Parameter whenStruck: Called when the fault has happened, or the connection ended without it.
    init(
        _ descriptor: CInt, to port: UInt16, _ fault: ProxyFault, on lane: Lane, whenStruck: @escaping () -> Void
    ) throws {
        self.fault = fault
        self.whenStruck = whenStruck
        self.lane = lane
        let client = ProxyEnd(.toServer, self)
        self.client = client
        client.socket = try TCPSocket(adopting: descriptor, on: lane, handler: client)
        switch fault {
        case .refuse:
            end()
            whenStruck()
        case .say(let bytes):
            client.socket?.send(bytes)
            whenStruck()
        case .sayAndHangUp(let bytes):
            client.socket?.send(bytes)
            client.socket?.closeWhenDrained()
            whenStruck()
        case .none, .hang, .cut, .delay, .greet:
            if case .greet(let bytes) = fault { client.socket?.send(bytes) }
            let server = ProxyEnd(.toClient, self)
            self.server = server
            server.socket = try TCPSocket(connectingTo: .loopback(port: port), on: lane, handler: server)
        }
    }

    func pause() {
        isPaused = true
        hold()
    }

    func resume() {
        isPaused = false
        guard !isHanging else { return }
        client?.socket?.resumeReading()
        server?.socket?.resumeReading()
    }

    private func hold() {
        client?.socket?.pauseReading()
        server?.socket?.pauseReading()
    }

    func end() {
        guard !hasEnded else { return }
        hasEnded = true
        client?.socket?.reset()
        server?.socket?.reset()
        client = nil
        server = nil
    }

    /// One side ends in order; the other is told so once it has everything.
    func ended(_ direction: ProxyFault.Direction) {
        let (here, there) = direction == .toServer ? (client, server) : (server, client)
        here?.socket?.close()
        there?.socket?.closeWhenDrained()
        hasEnded = true
        whenStruck()
        client = nil
        server = nil
    }

    /// Passes bytes on, as far as the fault lets them.
    func pass(_ bytes: [UInt8], _ direction: ProxyFault.Direction, countBefore: Int) {
        switch fault {
        case .hang(let limit, let way) where way == direction:
            forward(Array(bytes.prefix(max(0, limit - countBefore))), direction)
            guard countBefore + bytes.count >= limit else { return }
            isHanging = true
            hold()
            whenStruck()
        case .cut(let limit, let way) where way == direction:
            forward(Array(bytes.prefix(max(0, limit - countBefore))), direction)
            guard countBefore + bytes.count >= limit else { return }
            // What was passed on arrives first, so that the place of the cut is the test's.
            lane.schedule(after: .milliseconds(20)) { [self] in
                end()
                whenStruck()
            }
            isHanging = true
            hold()
        case .delay(let time):
            lane.schedule(after: time) { [self] in forward(bytes, direction) }
        case .none, .hang, .cut, .refuse, .say, .sayAndHangUp, .greet:
            forward(bytes, direction)
        }
    }

    private func forward(_ bytes: [UInt8], _ direction: ProxyFault.Direction) {
        let (here, there) = direction == .toServer ? (client, server) : (server, client)
        guard let there = there?.socket else { return }
        there.send(bytes)
        guard there.queuedByteCount > 1 << 20 else { return }
        here?.socket?.pauseReading()
        there.tellWhenDrained()
    }

    /// The other side has taken everything that came in this direction.
    func drained(_ direction: ProxyFault.Direction) {
        guard !isHanging, !isPaused else { return }
        (direction == .toServer ? client : server)?.socket?.resumeReading()
    }
}

// Sendable: touched only on the proxy's lane.

/// One side of a connection through a ``FaultyProxy``.
final class ProxyEnd: SocketHandler, @unchecked Sendable {
    var socket: TCPSocket?
    private let direction: ProxyFault.Direction
    private weak var line: ProxyLine?
    private var count = 0

    /// - Parameter direction: Where what is read here goes.
    init(_ direction: ProxyFault.Direction, _ line: ProxyLine) {
        self.direction = direction
        self.line = line
    }

    func socketConnected() {}

    func socketReadable() {
        let outcome = socket?.read { piece in
            let before = count
            count += piece.count
            line?.pass(Array(piece), direction, countBefore: before)
        }
        switch outcome {
        case .endOfStream: line?.ended(direction)
        case .failed: line?.end()
        case .drained, nil: break
        }
    }

    func socketDrained() { line?.drained(direction == .toServer ? .toClient : .toServer) }

    func socketFailed(_ failure: StreamFailure) { line?.end() }
}
