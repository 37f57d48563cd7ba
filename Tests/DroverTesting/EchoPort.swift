public import Lanes
import Synchronization

// Sendable: touched only on `lane`.

/// A port of loopback that sends everything back, and ends when its visitor has; the word `reset` is answered by a reset.
public final class EchoPort: @unchecked Sendable {
    private let lane: Lane
    private var listener: TCPListener?
    private var visits: [Visit] = []
    private let count = Atomic(0)
    /// Whether it takes no byte of what visitors send.
    private let isDeaf: Bool

    /// Where it listens.
    public private(set) var address = SocketAddress.loopback(port: 0)
    /// How many have come.
    public var visitCount: Int { count.load(ordering: .relaxed) }

    /// Listens; call on the lane.
    public init(on lane: Lane, isDeaf: Bool = false) throws {
        self.lane = lane
        self.isDeaf = isDeaf
        listener = try TCPListener(at: .loopback(port: 0), on: lane) { [weak self] in self?.take($0) }
        if let listener { address = listener.address }
    }

    private func take(_ descriptor: CInt) {
        count.wrappingAdd(1, ordering: .relaxed)
        let visit = Visit()
        visit.socket = try? TCPSocket(adopting: descriptor, on: lane, handler: visit)
        if isDeaf { visit.socket?.pauseReading() }
        visits.append(visit)
    }

    /// Ends all visits and listens no more; call on the lane.
    public func close() {
        listener?.close()
        for visit in visits { visit.socket?.close() }
        visits = []
    }

    // Sendable: touched only on the lane.
    private final class Visit: SocketHandler, @unchecked Sendable {
        var socket: TCPSocket?
        func socketConnected() {}
        func socketDrained() {}
        func socketFailed(_ failure: StreamFailure) { socket = nil }
        func socketReadable() {
            guard let socket else { return }
            var mustReset = false
            let outcome = socket.read { bytes in
                if Array(bytes) == Array("reset".utf8) { mustReset = true } else { socket.send(Array(bytes)) }
            }
            if mustReset {
                socket.reset()
                self.socket = nil
            } else if outcome != .drained {
                socket.closeWhenDrained()
            }
        }
    }
}
