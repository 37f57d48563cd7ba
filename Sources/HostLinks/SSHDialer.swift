public import Farm
public import Lanes
import SSH
public import Tunnels

/// Makes SSH connections for the pool of tunnels: straight to a host, or through the connection before it.
public struct SSHDialer: TunnelDialing {
    private let prepare: @Sendable (SSHHop, Lane) async throws -> SSHLogins.Prepared

    /// Prepares to dial the hosts of a farm.
    public init(_ logins: SSHLogins) {
        prepare = { hop, lane in try await logins.prepare(hop, on: lane) }
    }

    /// Prepares to dial.
    ///
    /// - Parameter prepare: Finds what is needed to log in to a host: keys, and who judges its key. It throws `SSHError`,
    ///   or `PhoneError`.
    public init(_ prepare: @escaping @Sendable (SSHHop, Lane) async throws -> SSHLogins.Prepared) {
        self.prepare = prepare
    }

    /// Connects to a host and logs in.
    ///
    /// - Throws: `PhoneError` that names the host; `CancellationError`.
    public func connect(
        to hop: SSHHop, through carrier: (any TunnelCarrier)?, on lane: Lane
    ) async throws -> any TunnelCarrier {
        let opening = carrier.map { carrier in
            StreamOpening { _, handler in carrier.openStream(to: hop.address, handler: handler) }
        }
        return SSHCarrier(try await connection(to: hop, opening, on: lane))
    }

    /// Connects to the host at the end of a route, through the pool's connections to those before it.
    ///
    /// - Throws: `PhoneError` that names the host; `CancellationError`.
    func connection(to route: SSHRoute, through tunnels: TunnelPool, on lane: Lane) async throws -> SSHConnection {
        let opening = route.via.map { tunnels.opening(to: route.host.address, through: $0) }
        return try await connection(to: route.host, opening, on: lane)
    }

    /// - Parameter opening: Where the host is; nil for its own address.
    private func connection(to hop: SSHHop, _ opening: StreamOpening?, on lane: Lane) async throws -> SSHConnection {
        do {
            let prepared = try await prepare(hop, lane)
            defer { prepared.close() }
            do {
                return try await SSHConnection.connect(to: prepared.login, through: opening, on: lane)
            } catch let error as SSHError {
                throw prepared.explain(error)
            }
        } catch let error as SSHError {
            throw PhoneError(reaching: hop, error)
        } catch let error as NameNotFound {
            throw PhoneError(
                .unreachable, operation: Self.operation("connect to \(hop)", hop), reason: error.description,
                advice: "look at the address in the farm file", mayHaveBeenSent: false)
        }
    }

    /// What was being done, with the name that the farm file has for the host.
    fileprivate static func operation(_ text: String, _ hop: SSHHop) -> String {
        hop.name.map { "\(text) (\($0))" } ?? text
    }
}

extension PhoneError {
    /// A host that could not be reached over SSH, which is no phone's fault.
    init(reaching hop: SSHHop, _ error: SSHError) {
        let code: Code =
            switch error.code {
            case .unauthorized, .badKey, .hostKey: .unauthorized
            case .unavailable: .unsupported
            default: .unreachable
            }
        self.init(
            code, operation: SSHDialer.operation(error.operation, hop), reason: error.reason, advice: error.advice,
            mayHaveBeenSent: false)
    }
}
