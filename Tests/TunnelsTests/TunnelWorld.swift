import DroverTesting
import Farm
import Lanes
import Tunnels

/// A lane, an echo, and a pool of tunnels that lead there.
struct TunnelWorld: Sendable {
    let lane: Lane
    let clock: ManualClock
    let dialer = StraightTunnels()
    let pool: TunnelPool
    let echo: EchoPort

    static func hop(_ name: String) -> SSHHop {
        SSHHop(address: Address(host: "10.0.0.1", port: 22), user: "ops", name: name)
    }

    let farm = SSHRoute(to: Self.hop("farm-a"))

    /// Runs a test in a world of its own, on its lane.
    static func with(
        _ limits: TunnelLimits = TunnelLimits(), _ body: @escaping @Sendable (TunnelWorld) async throws -> Void
    ) async throws {
        let clock = ManualClock()
        let lane = try Lane(name: "tunnels", clock: clock)
        try await Task(executorPreference: lane) {
            let world = try TunnelWorld(lane, clock, limits)
            do {
                try await body(world)
            } catch {
                await world.pool.close()
                world.echo.close()
                throw error
            }
            await world.pool.close()
            world.echo.close()
        }.value
    }

    private init(_ lane: Lane, _ clock: ManualClock, _ limits: TunnelLimits) throws {
        self.lane = lane
        self.clock = clock
        pool = TunnelPool(dialer, limits: limits)
        echo = try EchoPort(on: lane)
    }

    /// The echo's address as a host sees it.
    var place: Address { Address(host: "127.0.0.1", port: echo.address.port) }

    /// Opens a stream to the echo through a host.
    func open(through route: SSHRoute? = nil, to place: Address? = nil) throws -> StreamProbe {
        let probe = StreamProbe()
        probe.stream = try pool.opening(to: place ?? self.place, through: route ?? farm).open(on: lane, handler: probe)
        return probe
    }

    /// Lets everything happen that is ready to; the lane's other turns come first.
    func settle() async {
        for _ in 0..<20 { await Task.yield() }
        let turn = Waiter<Void>()
        lane.run { turn.resume(with: .success(())) }
        _ = try? await turn.value()
    }
}
