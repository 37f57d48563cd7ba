import Farm
import Lanes

// Sendable: touched only on `lane`.

/// One connection of the pool: the streams in it, the one that is being opened, and how long it is kept without any.
final class Tunnel: @unchecked Sendable {
    private enum State {
        case connecting
        case open(any TunnelCarrier)
        case ended
    }

    private let route: SSHRoute
    private let lane: Lane
    private let idle: Duration
    private let whenFree: () -> Void
    private var state = State.connecting
    private var idleTimer: LaneTimer?
    /// The stream that is being opened, and since when.
    private var opening: (stream: TunnelStream, since: LaneInstant)?
    /// Whether the last stream was given up before the host had answered for it.
    private var hasGivenUp = false
    /// The task that makes the connection.
    var dialling: Task<Void, Never>?
    /// Streams that are open, or being opened.
    private(set) var streamCount = 0

    /// - Parameter whenFree: Told when another stream can be opened, and when the connection has been lost.
    init(_ route: SSHRoute, on lane: Lane, idle: Duration, whenFree: @escaping () -> Void) {
        self.route = route
        self.lane = lane
        self.idle = idle
        self.whenFree = whenFree
    }

    /// An end that is no fault of the connection's.
    static func failure(of route: SSHRoute, _ reason: String, advice: String?) -> PhoneError {
        PhoneError(
            .unreachable, operation: "connect to \(route.name)", reason: reason, advice: advice, mayHaveBeenSent: false)
    }

    static func isEmptier(_ one: Tunnel, _ other: Tunnel) -> Bool { one.streamCount < other.streamCount }

    /// The connection, while it holds.
    var carrier: (any TunnelCarrier)? {
        guard case .open(let carrier) = state, carrier.failure == nil else { return nil }
        return carrier
    }

    var isConnecting: Bool { if case .connecting = state { true } else { false } }

    /// Whether nothing can be opened in it any more.
    var hasEnded: Bool { !isConnecting && carrier == nil }

    /// Whether a stream would be opened at once.
    var isFree: Bool { opening == nil && carrier?.canOpen == true }

    /// Whether a far end has kept it waiting for so long.
    func isHeldUp(for patience: Duration) -> Bool {
        guard let carrier else { return false }
        guard let opening else { return hasGivenUp && !carrier.canOpen }
        return lane.now.since(opening.since) >= patience
    }

    func opened(_ carrier: any TunnelCarrier) {
        guard isConnecting else { return carrier.close() }
        dialling = nil
        state = .open(carrier)
        rest()
    }

    /// Ends it, and every stream in it.
    func end(_ failure: PhoneError) {
        let before = state
        state = .ended
        idleTimer?.cancel()
        idleTimer = nil
        dialling?.cancel()
        dialling = nil
        if case .open(let carrier) = before { carrier.close() }
    }

    // MARK: Streams

    /// Opens a stream.
    func begin(_ stream: TunnelStream) {
        guard let carrier else { return }
        streamCount += 1
        idleTimer?.cancel()
        idleTimer = nil
        opening = (stream, lane.now)
        hasGivenUp = false
        stream.start(in: self, carrier)
    }

    /// A stream is open; the next may follow.
    func hasOpened(_ stream: TunnelStream) {
        guard opening?.stream === stream else { return }
        opening = nil
        // In a turn of its own: the carrier is not through with this one yet, and would seem held up.
        lane.run { [weak self] in self?.whenFree() }
    }

    /// A stream is over, or never came to be.
    func leave(_ stream: TunnelStream) {
        streamCount -= 1
        if opening?.stream === stream {
            opening = nil
            hasGivenUp = true
        }
        if streamCount == 0 {
            // Held up by a far end that keeps silent, and of no use to anybody: another one is made quicker.
            if let carrier, !carrier.canOpen { end(Self.failure(of: route, "it was held up", advice: nil)) }
            rest()
        }
        whenFree()
    }

    /// Nobody uses it: after a while it is closed.
    private func rest() {
        idleTimer?.cancel()
        guard case .open = state else { return }
        idleTimer = lane.schedule(after: idle) { [weak self] in
            guard let self, streamCount == 0 else { return }
            end(Self.failure(of: route, "nobody used the connection any more", advice: nil))
        }
    }

    /// What broke a stream: its own trouble, or that of the connection, which is no phone's fault.
    func explain(_ failure: StreamFailure) -> StreamFailure {
        guard case .open(let carrier) = state, let end = carrier.failure else { return failure }
        return StreamFailure(
            failure.operation, "the SSH connection to \(route.name) ended: \(end.reason)", errno: failure.errno,
            advice: end.advice
                ?? "look at \(route.name) and at the network to it; whoever is dialled again goes through "
                + "a new connection")
    }
}
