import Farm
import Lanes

// Sendable: touched only on `lane`.

/// The connections of one lane to one host: as many as its streams need, and rests between attempts that fail.
final class HostTunnels: @unchecked Sendable {
    let route: SSHRoute
    private(set) var tunnels: [Tunnel] = []
    private let lane: Lane
    private let dialer: any TunnelDialing
    private let limits: TunnelLimits
    private let connectJump: @Sendable (SSHRoute) async throws -> any TunnelCarrier
    private var failures = 0
    private var restsUntil: LaneInstant?
    /// What the host refused us for, and until when nobody asks again.
    private var refusal: (error: PhoneError, until: LaneInstant)?
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
    }

    /// Gives a connection with room, now or as soon as it stands.
    func take(_ take: @escaping (Result<Tunnel, PhoneError>) -> Void) {
        if let refusal, refusal.until > lane.now { return take(.failure(refusal.error)) }
        tunnels.removeAll(where: \.hasEnded)
        let emptiest = tunnels.min { $0.load < $1.load }
        if let emptiest, emptiest.load < limits.streamsPerConnection || tunnels.count >= limits.connectionsPerHost {
            return emptiest.whenOpen(take)
        }
        let tunnel = Tunnel(route, on: lane, idle: limits.idle)
        tunnels.append(tunnel)
        tunnel.whenOpen(take)
        dial(tunnel)
    }

    private func dial(_ tunnel: Tunnel) {
        let rest = restsUntil.map { $0.since(lane.now) } ?? .zero
        let task = Task(executorPreference: lane) { [self] in
            do {
                if rest > .zero { try await lane.sleep(for: rest) }
                var jump: (any TunnelCarrier)?
                if let via = route.via { jump = try await connectJump(via) }
                let carrier = try await dialer.connect(to: route.host, through: jump, on: lane)
                guard !isClosed else { return carrier.close() }
                failures = 0
                restsUntil = nil
                tunnel.opened(carrier)
            } catch {
                failed(tunnel, error as? PhoneError ?? Tunnel.failure(of: route, "\(error)", advice: nil))
            }
        }
        tunnel.dialling = task
    }

    private func failed(_ tunnel: Tunnel, _ error: PhoneError) {
        guard !isClosed else { return tunnel.end(error) }
        if error.code == .unauthorized {
            refusal = (error, lane.now.advanced(by: limits.refusal))
        } else {
            let rest = min(limits.longestRest, limits.firstRest * (1 << min(failures, 10)))
            failures += 1
            restsUntil = lane.now.advanced(by: rest * Double.random(in: 0.8...1.2))
        }
        tunnels.removeAll { $0 === tunnel }
        tunnel.end(error)
    }

    func close() {
        isClosed = true
        let all = tunnels
        tunnels = []
        for tunnel in all { tunnel.end(Tunnel.failure(of: route, "drover is ending", advice: nil)) }
    }
}
