import ADB
import Farm
import Lanes
import Synchronization
import Tunnels

/// The numeric addresses of hosts and the servers behind them, each found once per run and shared by all phones.
///
/// A rack of forty phones asks for the same name forty times within a millisecond; one question is enough.
final class AddressBook: Sendable {
    private struct Pages {
        var found: [Address: SocketAddress] = [:]
        var servers: [ServerPlace: ADBServer] = [:]
    }

    /// Hosts see different adb servers at the same address.
    private struct ServerPlace: Hashable {
        let address: Address
        let route: SSHRoute?
    }

    private let pages = Mutex(Pages())

    /// The numeric address; a name is looked up away from the lane.
    ///
    /// - Throws: `NameNotFound`, `CancellationError`.
    func find(_ address: Address) async throws -> SocketAddress {
        if let numeric = SocketAddress(numeric: address.host, port: address.port) { return numeric }
        if let known = pages.withLock({ $0.found[address] }) { return known }
        let found = try await SocketAddress.resolve(address.host, port: address.port)
        pages.withLock { $0.found[address] = found }
        return found
    }

    /// The one object for an adb server, which counts its connections and rests it after failures.
    ///
    /// - Parameter tunnels: The connections that a route goes through.
    /// - Throws: `NameNotFound`, `CancellationError`.
    func server(at address: Address, through route: SSHRoute?, of tunnels: TunnelPool) async throws -> ADBServer {
        let place = ServerPlace(address: address, route: route)
        if let known = pages.withLock({ $0.servers[place] }) { return known }
        let opening: StreamOpening
        if let route {
            // The name is the host's to look up.
            opening = tunnels.opening(to: address, through: route)
        } else {
            opening = .tcp(try await find(address))
        }
        return pages.withLock { pages in
            if let known = pages.servers[place] { return known }
            let name = route.map { "\(address) of \($0.name)" } ?? address.description
            let server = ADBServer(through: opening, name: name)
            pages.servers[place] = server
            return server
        }
    }
}
