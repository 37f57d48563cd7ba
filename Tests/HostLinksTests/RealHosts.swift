import DroverTesting
import Farm
import Glibc
import HostLinks
import Lanes
import SSH
import Secrets
import Testing
import Tunnels

/// A pool of tunnels through real SSH servers, with a key that they let in.
struct RealHosts: Sendable {
    let lane: Lane
    let pool: TunnelPool
    let dialer: HostDialer
    let echo: EchoPort

    /// Runs a test on its lane beside servers that are started for it.
    static func with(
        _ key: SSHKeyPair, limits: TunnelLimits = TunnelLimits(),
        _ body: @escaping @Sendable (RealHosts) async throws -> Void
    ) async throws {
        let lane = try Lane(name: "hosts")
        let text = try #require(RepositoryFile.text(at: key.path))
        let dialer = SSHDialer { hop, _ in
            let credential = SSHPrivateKey(
                name: key.path, content: Secret(name: "key", text), passphrase: nil, isRSA: false)
            // Who these servers are is known: the test has started them.
            let login = SSHLogin(
                host: hop.address.host, port: hop.address.port, user: hop.user, credentials: [.key(credential)]
            ) { _ in }
            return SSHLogins.Prepared(login)
        }
        try await Task(executorPreference: lane) {
            let pool = TunnelPool(dialer, limits: limits)
            let hosts = RealHosts(
                lane: lane, pool: pool, dialer: HostDialer(dialer, tunnels: pool), echo: try EchoPort(on: lane))
            do {
                try await body(hosts)
            } catch {
                await hosts.pool.close()
                hosts.echo.close()
                throw error
            }
            await hosts.pool.close()
            hosts.echo.close()
        }.value
    }

    /// The way to a server of the test.
    static func route(to server: SSHServer, called name: String, via: SSHRoute? = nil) -> SSHRoute {
        SSHRoute(
            to: SSHHop(address: Address(host: "127.0.0.1", port: server.port), user: SSHServer.user, name: name),
            via: via)
    }

    /// The echo's address.
    var place: Address { Address(host: "127.0.0.1", port: echo.address.port) }

    /// Opens a stream through a host.
    func open(to place: Address? = nil, through route: SSHRoute) throws -> StreamProbe {
        let probe = StreamProbe()
        probe.stream = try pool.opening(to: place ?? self.place, through: route).open(on: lane, handler: probe)
        return probe
    }
}
