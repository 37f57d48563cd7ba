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
        do {
            let prepared = try await prepare(hop, lane)
            defer { prepared.close() }
            do {
                return SSHCarrier(try await connection(to: hop, prepared.login, through: carrier, on: lane))
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

    private func connection(
        to hop: SSHHop, _ login: SSHLogin, through carrier: (any TunnelCarrier)?, on lane: Lane
    ) async throws -> SSHConnection {
        guard let carrier else { return try await SSHConnection.connect(to: login, on: lane) }
        return try await SSHConnection.connect(to: login, on: lane) {
            carrier.openStream(to: hop.address, handler: $0)
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
