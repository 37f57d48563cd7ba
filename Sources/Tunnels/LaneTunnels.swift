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
            sum.connections += host.tunnels.lazy.compactMap(\.carrier).count
            sum.streams += host.tunnels.map(\.streamCount).reduce(0, +)
        }
    }

    func connected(through route: SSHRoute) async throws -> any TunnelCarrier {
        let waiter = Waiter<any TunnelCarrier>()
        try host(route).connect { waiter.resume(with: $0.mapError { $0 as any Error }) }
        return try await waiter.value()
    }

    /// Opens a stream; one that has to wait for its connection is there at once, and takes bytes already.
    func open(to address: Address, through route: SSHRoute, handler: any SocketHandler) -> any ByteStream {
        let stream = TunnelStream(on: lane, to: address, handler: handler)
        // Never during the call, as whoever opens does not have the stream yet.
        lane.run { [self] in
            do throws(PhoneError) {
                try host(route).open(stream)
            } catch {
                stream.socketFailed(StreamFailure(error))
            }
        }
        return stream
    }

    private func host(_ route: SSHRoute) throws(PhoneError) -> HostTunnels {
        guard !isClosed else { throw Tunnel.failure(of: route, "drover is ending", advice: nil) }
        if let known = hosts[route] { return known }
        let host = HostTunnels(route, on: lane, dialer: dialer, limits: limits) { [weak self] via in
            guard let self else { throw CancellationError() }
            return try await connected(through: via)
        }
        hosts[route] = host
        return host
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
