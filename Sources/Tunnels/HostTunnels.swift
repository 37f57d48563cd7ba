import Farm
import Lanes

// Sendable: touched only on `lane`.

/// The connections of one lane to one host: as many as its streams need, with a way round those that are held up.
final class HostTunnels: @unchecked Sendable {
    let route: SSHRoute
    private(set) var tunnels: [Tunnel] = []
    private let lane: Lane
    private let dialer: any TunnelDialing
    private let limits: TunnelLimits
    private let connectJump: @Sendable (SSHRoute) async throws -> any TunnelCarrier
    private var rests: DialRests
    /// Who wants to know that there is a connection.
    private var watchers: [(Result<any TunnelCarrier, PhoneError>) -> Void] = []
    /// Streams that wait for their turn to be opened.
    private var waiting: [TunnelStream] = []
    private var isLookDue = false
    private var isClosed = false

    /// - Parameter connectJump: Gives the connection to the host before this one.
    init(
        _ route: SSHRoute, on lane: Lane, dialer: any TunnelDialing, limits: TunnelLimits,
        connectJump: @escaping @Sendable (SSHRoute) async throws -> any TunnelCarrier
    ) {
        self.route = route
        self.lane = lane
        self.dialer = dialer
        self.limits = limits
        self.connectJump = connectJump
        rests = DialRests(limits)
    }

    /// Gives a connection, now or as soon as one stands.
    func connect(_ take: @escaping (Result<any TunnelCarrier, PhoneError>) -> Void) {
        if let carrier = tunnels.lazy.compactMap(\.carrier).first { return take(.success(carrier)) }
        watchers.append(take)
        goOn()
    }

    /// Opens a stream as soon as it has its turn.
    func open(_ stream: TunnelStream) {
        waiting.append(stream)
        goOn()
    }

    // MARK: Turns

    /// Lets as many streams begin as can, and sees to it that there is a connection for the next.
    private func goOn() {
        guard !isClosed else { return }
        tunnels.removeAll(where: \.hasEnded)
        waiting.removeAll(where: \.isOver)
        while let next = waiting.first, let tunnel = freeTunnel() {
            waiting.removeFirst()
            tunnel.begin(next)
            // Its far end may keep silent; the others do not wait for that.
            lane.schedule(after: limits.patience) { [weak self] in self?.goOn() }
        }
        if mustDial {
            if let refusal = rests.refusal(at: lane.now) { return fail(refusal) }
            dial()
        } else if !waiting.isEmpty {
            lookAgain()
        }
    }

    /// A connection that opens a stream at once; one that has room before one that is full.
    private func freeTunnel() -> Tunnel? {
        let free = tunnels.filter(\.isFree)
        if let roomy = free.filter({ $0.streamCount < limits.streamsPerConnection }).min(by: Tunnel.isEmptier) {
            return roomy
        }
        return mayDial ? nil : free.min(by: Tunnel.isEmptier)
    }

    /// Whether nobody here will serve those who wait, and another connection may.
    private var mustDial: Bool {
        if !watchers.isEmpty, tunnels.isEmpty { return true }
        guard !waiting.isEmpty, mayDial else { return false }
        return !tunnels.contains { $0.isConnecting || (!isHeldUp($0) && $0.streamCount < limits.streamsPerConnection) }
    }

    private var mayDial: Bool {
        tunnels.filter { !isHeldUp($0) }.count < limits.connectionsPerHost
            && tunnels.count < 2 * limits.connectionsPerHost
    }

    private func isHeldUp(_ tunnel: Tunnel) -> Bool { tunnel.isHeldUp(for: limits.patience) }

    /// A connection that was held up says nothing when it goes on, so it is looked at now and then.
    private func lookAgain() {
        guard !isLookDue else { return }
        isLookDue = true
        lane.schedule(after: limits.patience) { [weak self] in
            guard let self else { return }
            isLookDue = false
            goOn()
        }
    }

    // MARK: Dialling

    private func dial() {
        let tunnel = Tunnel(route, on: lane, idle: limits.idle) { [weak self] in self?.goOn() }
        tunnels.append(tunnel)
        let rest = rests.rest(at: lane.now)
        tunnel.dialling = Task(executorPreference: lane) { [self] in
            do {
                if rest > .zero { try await lane.sleep(for: rest) }
                var jump: (any TunnelCarrier)?
                if let via = route.via { jump = try await connectJump(via) }
                let carrier = try await dialer.connect(to: route.host, through: jump, on: lane)
                guard !isClosed else { return carrier.close() }
                opened(tunnel, carrier)
            } catch {
                failed(tunnel, error as? PhoneError ?? Tunnel.failure(of: route, "\(error)", advice: nil))
            }
        }
    }

    private func opened(_ tunnel: Tunnel, _ carrier: any TunnelCarrier) {
        rests.succeeded()
        tunnel.opened(carrier)
        let watchers = watchers
        self.watchers = []
        for take in watchers { take(.success(carrier)) }
        goOn()
    }

    private func failed(_ tunnel: Tunnel, _ error: PhoneError) {
        tunnel.end(error)
        guard !isClosed else { return }
        rests.failed(error, at: lane.now)
        tunnels.removeAll { $0 === tunnel || $0.hasEnded }
        // Others may still serve those who wait.
        if tunnels.isEmpty { fail(error) } else { lookAgain() }
    }

    private func fail(_ error: PhoneError) {
        let (watchers, streams) = (watchers, waiting)
        self.watchers = []
        waiting = []
        for take in watchers { take(.failure(error)) }
        for stream in streams { stream.socketFailed(StreamFailure(error)) }
    }

    func close() {
        isClosed = true
        let all = tunnels
        tunnels = []
        let failure = Tunnel.failure(of: route, "drover is ending", advice: nil)
        for tunnel in all { tunnel.end(failure) }
        fail(failure)
    }
}
