public import ADB
import ADBWire
public import Farm
public import Lanes
public import Tunnels

/// Asks adb servers which phones they carry.
public struct Discovery: Sendable {
    /// What a server answered.
    public struct Answer: Sendable {
        /// The server that was asked.
        public let server: Server
        /// The phones it lists, in its order; empty when it did not answer.
        public let phones: [Seen]
        /// Why it did not answer.
        public let failure: PhoneError?
    }

    /// One phone as a server lists it.
    public struct Seen: Hashable, Sendable {
        /// Its serial; several phones of one server may have the same.
        public let serial: String
        /// The server's word for its state: `device`, `offline`, `unauthorized`.
        public let state: String
        /// Where it is plugged in.
        public let usbPath: String?
        /// The model; nil when the server does not tell it, or not letter by letter.
        public let model: String?
    }

    private let limits: LinkLimits
    private let tunnels: TunnelPool
    private let addresses = AddressBook()

    /// Prepares to ask.
    ///
    /// - Parameter tunnels: The connections to hosts whose adb servers are reached through SSH; nil where there are none.
    public init(limits: LinkLimits = LinkLimits(), tunnels: TunnelPool? = nil) {
        self.limits = limits
        self.tunnels = tunnels ?? TunnelPool(NoTunnels())
    }

    /// Asks servers at the same time; one that does not answer has its reason in its answer.
    ///
    /// A server without an adb server has nobody to ask, and shows nothing.
    ///
    /// - Returns: One answer per server, in order.
    /// - Throws: `CancellationError`.
    public func ask(_ servers: [Server], on lane: Lane) async throws -> [Answer] {
        try await withThrowingTaskGroup(of: (Int, Answer).self) { group in
            for (position, server) in servers.enumerated() {
                group.addTask(executorPreference: lane) { (position, try await ask(server, on: lane)) }
            }
            var answers: [(Int, Answer)] = []
            for try await answer in group { answers.append(answer) }
            return answers.sorted { $0.0 < $1.0 }.map(\.1)
        }
    }

    private func ask(_ server: Server, on lane: Lane) async throws -> Answer {
        guard let address = server.adbServer else { return Answer(server: server, phones: [], failure: nil) }
        do {
            if let route = server.route { try await tunnels.connected(through: route, on: lane) }
            let adbServer = try await addresses.server(at: address, through: server.route, of: tunnels)
            let devices = try await adbServer.devices(on: lane, limits: limits)
            return Answer(server: server, phones: devices.map(Self.seen), failure: nil)
        } catch let error as ADBError {
            return Answer(server: server, phones: [], failure: PhoneError(asking: error))
        } catch let error as NameNotFound {
            let failure = PhoneError(notFound: error, .server(address, serial: nil, usbPath: nil))
            return Answer(server: server, phones: [], failure: failure)
        } catch let error as PhoneError {
            return Answer(server: server, phones: [], failure: error)
        }
    }

    private static func seen(_ device: ServerDevice) -> Seen {
        // Servers put `_` for every odd character; such a model would match no selector that a person writes.
        let model = device.model.flatMap { $0.contains("_") ? nil : $0 }
        return Seen(serial: device.serial, state: device.state, usbPath: device.usbPath, model: model)
    }
}

extension PhoneError {
    /// An adb server that could not be asked.
    init(asking error: ADBError) {
        let advice =
            error.code == .refused
            ? "is the adb server running there? drover never starts one; `adb start-server` does" : nil
        self.init(
            .unreachable, operation: error.operation, reason: error.reason, advice: error.advice ?? advice,
            mayHaveBeenSent: false)
    }
}
