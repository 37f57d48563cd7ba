import Farm
import Lanes

// Sendable: touched only on `lane`.

/// One connection of the pool: those who wait for it, the streams in it, and how long it is kept without any.
final class Tunnel: @unchecked Sendable {
    private enum State {
        case connecting([(Result<Tunnel, PhoneError>) -> Void])
        case open(any TunnelCarrier)
        case ended(PhoneError)
    }

    private let route: SSHRoute
    private let lane: Lane
    private let idle: Duration
    private var state = State.connecting([])
    private var idleTimer: LaneTimer?
    /// The task that makes the connection.
    var dialling: Task<Void, Never>?
    /// Streams that are open, or being opened.
    private(set) var streamCount = 0

    init(_ route: SSHRoute, on lane: Lane, idle: Duration) {
        self.route = route
        self.lane = lane
        self.idle = idle
    }

    /// An end that is no fault of the connection's.
    static func failure(of route: SSHRoute, _ reason: String, advice: String?) -> PhoneError {
        PhoneError(
            .unreachable, operation: "connect to \(route.name)", reason: reason, advice: advice, mayHaveBeenSent: false)
    }

    /// How much goes through it, with those who wait for it.
    var load: Int {
        guard case .connecting(let waiting) = state else { return streamCount }
        return waiting.count
    }

    var isOpen: Bool {
        guard case .open(let carrier) = state else { return false }
        return carrier.failure == nil
    }

    /// Whether nothing can be opened in it any more.
    var hasEnded: Bool {
        switch state {
        case .connecting: false
        case .open(let carrier): carrier.failure != nil
        case .ended: true
        }
    }

    /// The connection, if it still holds.
    func carrier() -> Result<any TunnelCarrier, PhoneError> {
        switch state {
        case .connecting: return .failure(Self.failure(of: route, "it is not connected yet", advice: nil))
        case .ended(let failure): return .failure(failure)
        case .open(let carrier):
            guard let failure = carrier.failure else { return .success(carrier) }
            return .failure(Self.failure(of: route, failure.reason, advice: failure.advice))
        }
    }

    /// Tells of itself once it stands, or of why it does not.
    func whenOpen(_ take: @escaping (Result<Tunnel, PhoneError>) -> Void) {
        switch state {
        case .connecting(let waiting): state = .connecting(waiting + [take])
        case .open: take(.success(self))
        case .ended(let failure): take(.failure(failure))
        }
    }

    func opened(_ carrier: any TunnelCarrier) {
        guard case .connecting(let waiting) = state else { return carrier.close() }
        dialling = nil
        state = .open(carrier)
        rest()
        for take in waiting { take(.success(self)) }
    }

    /// Ends it; those who wait hear why.
    func end(_ failure: PhoneError) {
        let before = state
        state = .ended(failure)
        idleTimer?.cancel()
        idleTimer = nil
        dialling?.cancel()
        dialling = nil
        switch before {
        case .connecting(let waiting): for take in waiting { take(.failure(failure)) }
        case .open(let carrier): carrier.close()
        case .ended: break
        }
    }

    // MARK: Streams

    func enter() {
        streamCount += 1
        idleTimer?.cancel()
        idleTimer = nil
    }

    func leave() {
        streamCount -= 1
        if streamCount == 0 { rest() }
    }

    /// Nobody uses it: after a while it is closed.
    private func rest() {
        idleTimer?.cancel()
        idleTimer = lane.schedule(after: idle) { [weak self] in
            guard let self, streamCount == 0, case .open = state else { return }
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
