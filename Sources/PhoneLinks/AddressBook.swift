import ADB
import Farm
import Lanes
import Synchronization

/// The numeric addresses of hosts and the servers behind them, each found once per run and shared by all phones.
///
/// A rack of forty phones asks for the same name forty times within a millisecond; one question is enough.
final class AddressBook: Sendable {
    private struct Pages {
        var found: [Address: SocketAddress] = [:]
        var servers: [Address: ADBServer] = [:]
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
    func server(at address: Address) async throws -> ADBServer {
        if let known = pages.withLock({ $0.servers[address] }) { return known }
        let found = try await find(address)
        return pages.withLock { pages in
            if let known = pages.servers[address] { return known }
            let server = ADBServer(at: found, name: address.description)
            pages.servers[address] = server
            return server
        }
    }
}
