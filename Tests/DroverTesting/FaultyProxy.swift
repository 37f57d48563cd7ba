import Glibc
import Lanes
import Synchronization

/// What a ``FaultyProxy`` does to one connection.
public enum ProxyFault: Sendable {
    /// A way through it.
    public enum Direction: Sendable {
        case toServer
        case toClient
    }

    /// Passes everything on.
    case none
    /// Passes nothing on any more, in neither direction, once so many bytes went in one.
    case hang(after: Int, Direction)
    /// Ends both connections with a reset once so many bytes went in one direction.
    case cut(after: Int, Direction)
    /// Passes everything on, each piece so much later.
    case delay(Duration)
    /// Ends the connection as soon as it is made.
    case refuse
    /// Says this instead of the server, which is not asked.
    case say([UInt8])
    /// Says this instead of the server, which is not asked, and hangs up.
    case sayAndHangUp([UInt8])
    /// Says this before it passes everything on.
    case greet([UInt8])
}

// Sendable: touched only on its lane, but for the port and what is locked.

/// Passes connections on to a port of this machine, and does to them what networks and bad servers do.
public final class FaultyProxy: @unchecked Sendable {
    /// Where it listens.
    public private(set) var port: UInt16 = 0
    private let lane: Lane
    private let target: UInt16
    private var faults: [ProxyFault]
    private let standing: ProxyFault
    private var listener: TCPListener?
    private var lines: [ProxyLine] = []
    private var isPaused = false
    private let accepted = Mutex(0)
    private let strikes: AsyncStream<Void>
    private let strike: AsyncStream<Void>.Continuation

    /// How many connections it took.
    public var connectionCount: Int { accepted.withLock { $0 } }

    /// Listens.
    ///
    /// - Parameters:
    ///   - faults: For the first connection, the second, and so on.
    ///   - standing: For all later ones.
    public init(to target: UInt16, _ faults: [ProxyFault] = [], then standing: ProxyFault = .none) async throws {
        lane = try Lane(name: "proxy")
        (strikes, strike) = AsyncStream.makeStream()
        // As drover does: writing to a connection that was cut is an error, and not the end.
        signal(SIGPIPE, SIG_IGN)
        self.target = target
        self.faults = faults
        self.standing = standing
        try await onLane { [self] in
            let listener = try TCPListener(at: .loopback(port: 0), on: lane) { [weak self] in self?.take($0) }
            self.listener = listener
            port = listener.address.port
        }
    }

    private func onLane<Answer: Sendable>(_ body: @escaping @Sendable () throws -> Answer) async throws -> Answer {
        try await withCheckedThrowingContinuation { continuation in
            lane.run { continuation.resume(with: Result(catching: body)) }
        }
    }

    private func take(_ descriptor: CInt) {
        accepted.withLock { $0 += 1 }
        let fault = faults.isEmpty ? standing : faults.removeFirst()
        lines.removeAll { $0.hasEnded }
        do {
            let line = try ProxyLine(descriptor, to: target, fault, on: lane) { [strike] in strike.yield() }
            if isPaused { line.pause() }
            lines.append(line)
        } catch {
            // A connection that cannot be passed on is one that failed, which is what clients are tested with.
        }
    }

    /// Waits until a fault has happened to a connection, or it has ended without: the next one, each time.
    public func struck() async {
        for await _ in strikes { return }
    }

    /// Loses everything under way until ``resume()``: nothing is passed on, as when a cable is out.
    public func pause() async throws {
        try await onLane { [self] in
            isPaused = true
            for line in lines { line.pause() }
        }
    }

    /// Passes on again, beginning with what was held back.
    public func resume() async throws {
        try await onLane { [self] in
            isPaused = false
            for line in lines { line.resume() }
        }
    }

    /// Ends every connection with a reset; new ones are taken.
    public func cut() async throws {
        try await onLane { [self] in
            for line in lines { line.end() }
            lines = []
        }
    }

    /// Says what is done to later connections, the next one first.
    public func next(_ faults: [ProxyFault]) async throws {
        try await onLane { [self] in self.faults = faults }
    }

    /// Takes no more connections and ends those that there are.
    public func stop() async throws {
        try await cut()
        try await onLane { [self] in
            listener?.close()
            listener = nil
        }
    }
}
