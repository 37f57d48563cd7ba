import Farm
import Lanes

// Sendable: touched only on `lane`.

/// The SSH connections of one lane, by the way they go.
final class LaneTunnels: @unchecked Sendable {
    private let lane: Lane
    private let dialer: any TunnelDialing
    private let limits: TunnelLimits
    private var hosts: [SSHRoute: HostTunnels] = [:]
    private var isClosed: Bool

    init(on lane: Lane, dialer: any TunnelDialing, limits: TunnelLimits, isClosed: Bool) {
        self.lane = lane
        self.dialer = dialer
        self.limits = limits
        self.isClosed = isClosed
    }

    var census: (connections: Int, streams: Int) {
        hosts.values.reduce(into: (connections: 0, streams: 0)) { sum, host in
            sum.connections += host.tunnels.filter(\.isOpen).count
            sum.streams += host.tunnels.map(\.streamCount).reduce(0, +)
        }
    }

    func connected(through route: SSHRoute) async throws -> any TunnelCarrier {
        let waiter = Waiter<any TunnelCarrier>()
        tunnel(through: route) { outcome in
            switch outcome {
            case .success(let tunnel): waiter.resume(with: tunnel.carrier().mapError { $0 as any Error })
            case .failure(let failure): waiter.resume(with: .failure(failure))
            }
        }
        return try await waiter.value()
    }

    /// Opens a stream; one that has to wait for its connection is there at once, and takes bytes already.
    func open(to address: Address, through route: SSHRoute, handler: any SocketHandler) -> any ByteStream {
        let stream = TunnelStream(on: lane, handler: handler)
        tunnel(through: route) { outcome in
            // Its place is taken at once; the rest never during the call, as whoever opens does not have the stream yet.
            if case .success(let tunnel) = outcome { tunnel.enter() }
            self.lane.run {
                switch outcome {
                case .success(let tunnel): stream.start(in: tunnel, to: address)
                case .failure(let failure): stream.socketFailed(StreamFailure(failure))
                }
            }
        }
        return stream
    }

    /// Gives a connection to the route's host, now or as soon as there is one.
    private func tunnel(
        through route: SSHRoute, _ take: @escaping (Result<Tunnel, PhoneError>) -> Void
    ) {
        guard !isClosed else {
            return take(.failure(Tunnel.failure(of: route, "drover is ending", advice: nil)))
        }
        let host =
            hosts[route]
            ?? HostTunnels(route, on: lane, dialer: dialer, limits: limits) { [weak self] via in
                guard let self else { throw CancellationError() }
                return try await connected(through: via)
            }
        hosts[route] = host
        host.take(take)
    }

    func close() {
        isClosed = true
        // Those behind others go first, so that nobody is told of a loss that is none.
        for host in hosts.values.sorted(by: { $0.route.hops.count > $1.route.hops.count }) { host.close() }
        hosts = [:]
    }
}

extension StreamFailure {
    /// A stream that could not be opened because its connection could not be made.
    init(_ error: PhoneError) { self.init(error.operation, error.reason, advice: error.advice) }
}
