public import Farm
public import Lanes
public import SSH
public import Tunnels

/// Makes SSH connections for the pool of tunnels: straight to a host, or through the connection before it.
public struct SSHDialer: TunnelDialing {
    private let login: @Sendable (SSHHop) async throws -> SSHLogin

    /// Prepares to dial.
    ///
    /// - Parameter login: Finds what is needed to log in to a host: keys, and who judges its key. It throws `SSHError`, or
    ///   `PhoneError`.
    public init(login: @escaping @Sendable (SSHHop) async throws -> SSHLogin) { self.login = login }

    /// Connects to a host and logs in.
    ///
    /// - Throws: `PhoneError` that names the host; `CancellationError`.
    public func connect(
        to hop: SSHHop, through carrier: (any TunnelCarrier)?, on lane: Lane
    ) async throws -> any TunnelCarrier {
        do {
            let login = try await login(hop)
            guard let carrier else { return SSHCarrier(try await SSHConnection.connect(to: login, on: lane)) }
            let connection = try await SSHConnection.connect(to: login, on: lane) {
                carrier.openStream(to: hop.address, handler: $0)
            }
            return SSHCarrier(connection)
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
