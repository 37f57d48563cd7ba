public import Farm
public import Lanes
import Synchronization

/// The SSH connections of a program: made once for all who want to go the same way, and made anew after they dropped.
///
/// Each lane has connections of its own, so that no byte changes lanes on its way.
public final class TunnelPool: Sendable {
    /// What each lane has; only a lane itself touches its own.
    private struct Book {
        var lanes: [ObjectIdentifier: (lane: Lane, tunnels: LaneTunnels)] = [:]
        var isClosed = false
    }

    private let dialer: any TunnelDialing
    private let limits: TunnelLimits
    private let book = Mutex(Book())

    /// Prepares a pool; nothing is connected yet.
    public init(_ dialer: any TunnelDialing, limits: TunnelLimits = TunnelLimits()) {
        self.dialer = dialer
        self.limits = limits
    }

    /// Waits until there is a connection to the route's host on this lane, and gives it.
    ///
    /// Whoever asks first has it made; the others wait for the same one.
    ///
    /// - Throws: `PhoneError` that names the host; `CancellationError`.
    @discardableResult
    public func connected(through route: SSHRoute, on lane: Lane) async throws -> any TunnelCarrier {
        lane.preconditionOnLane()
        return try await tunnels(on: lane).connected(through: route)
    }

    /// A place behind a host, for streams that are opened on any lane; the connection is made when there is none.
    public func opening(to address: Address, through route: SSHRoute) -> StreamOpening {
        StreamOpening { [self] lane, handler throws(StreamFailure) in
            tunnels(on: lane).open(to: address, through: route, handler: handler)
        }
    }

    /// Connections that stand now, and streams that are open in them.
    public func census() async -> (connections: Int, streams: Int) {
        var sum = (connections: 0, streams: 0)
        for (lane, tunnels) in book.withLock({ Array($0.lanes.values) }) {
            let part = await onLane(lane) { tunnels.census }
            sum.connections += part.connections
            sum.streams += part.streams
        }
        return sum
    }

    /// Ends all connections, and refuses new ones.
    public func close() async {
        let lanes = book.withLock { book in
            book.isClosed = true
            return Array(book.lanes.values)
        }
        for (lane, tunnels) in lanes { await onLane(lane) { tunnels.close() } }
    }

    private func tunnels(on lane: Lane) -> LaneTunnels {
        book.withLock { book in
            let key = ObjectIdentifier(lane)
            if let known = book.lanes[key]?.tunnels { return known }
            let tunnels = LaneTunnels(on: lane, dialer: dialer, limits: limits, isClosed: book.isClosed)
            book.lanes[key] = (lane, tunnels)
            return tunnels
        }
    }

    private func onLane<Result: Sendable>(_ lane: Lane, _ body: @escaping @Sendable () -> Result) async -> Result {
        await Task(executorPreference: lane) { body() }.value
    }
}
