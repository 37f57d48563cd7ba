public import Farm
public import Lanes
import SSH
import SourceText

/// Looks at the way to a host step by step, so that people see where it ends.
public struct HostCheckup: Sendable {
    /// One thing that was looked at.
    public struct Finding: Hashable, Sendable {
        /// What became of it.
        public enum Outcome: Hashable, Sendable {
            /// It is as it should be.
            case good
            /// It is not, and here the way ends.
            case bad(advice: String?)
        }

        /// What was looked at: `address`, `port`, `host key`, `key file`, `login`, `forward`, `files`.
        public let subject: String
        /// What became of it.
        public let outcome: Outcome
        /// What was seen, in words that are safe to print.
        public let text: String

        /// Notes what was seen.
        public init(_ subject: String, _ outcome: Outcome, _ text: String) {
            self.subject = subject
            self.outcome = outcome
            self.text = terminalSafe(text)
        }

        /// Whether the way goes on.
        public var isGood: Bool { outcome == .good }
    }

    /// What is to be done at the end of the way.
    public enum Purpose: Hashable, Sendable {
        /// Commands are run and files are moved.
        case work
        /// Connections are led to these places, as the host sees them.
        case forward([Address])
    }

    private let logins: SSHLogins

    /// Prepares to look.
    public init(_ logins: SSHLogins) { self.logins = logins }

    /// Looks at the way to a host, hop by hop; ends at the first thing that is wrong.
    ///
    /// Call on the lane.
    ///
    /// - Parameter tell: Hears every finding at once, with the hop that it is about.
    /// - Returns: Whether all is well.
    /// - Throws: `CancellationError`.
    public func look(
        at route: SSHRoute, for purpose: Purpose, on lane: Lane, tell: (SSHHop, Finding) -> Void
    ) async throws -> Bool {
        var before: SSHConnection?
        var opened: [SSHConnection] = []
        defer { for connection in opened.reversed() { connection.close() } }
        for hop in route.hops {
            guard let connection = try await connect(to: hop, behind: before, on: lane, tell: { tell(hop, $0) })
            else { return false }
            opened.append(connection)
            before = connection
        }
        guard let last = before else { return false }
        let host = route.host
        switch purpose {
        case .work: return try await work(on: last) { tell(host, $0) }
        case .forward(let places):
            var areAllThere = true
            for place in places where try await !forward(last, to: place, tell: { tell(host, $0) }) {
                areAllThere = false
            }
            return areAllThere
        }
    }

    // MARK: Reaching

    private func connect(
        to hop: SSHHop, behind before: SSHConnection?, on lane: Lane, tell: (Finding) -> Void
    ) async throws -> SSHConnection? {
        guard let opening = try await opening(hop, before, on: lane, tell),
            try await hostKey(of: hop, opening, on: lane, tell)
        else { return nil }
        let prepared: SSHLogins.Prepared
        do {
            prepared = try await logins.prepare(hop, on: lane)
        } catch let error as SSHError {
            tell(Finding("key file", .bad(advice: error.advice), error.reason))
            return nil
        } catch let error as PhoneError {
            tell(Finding("key file", .bad(advice: error.advice), error.reason))
            return nil
        }
        defer { prepared.close() }
        let names = prepared.login.credentials.map(\.name)
        tell(
            Finding(
                "key file", .good, names.isEmpty ? "none is named, and none was found" : names.joined(separator: ", ")))
        do {
            let connection = try await SSHConnection.connect(to: prepared.login, through: opening, on: lane)
            tell(Finding("login", .good, "as \(hop.user)"))
            return connection
        } catch let error as SSHError {
            let error = prepared.explain(error)
            let isOurs = error.code == .badKey
            // Cloud phone servers are logged in to by the number of the project (the service's guide, SSH tunnels).
            let advice = error.advice.map {
                isOurs ? $0 : "\($0) (on a server of the cloud the user is the project's id)"
            }
            tell(Finding(isOurs ? "key file" : "login", .bad(advice: advice), error.reason))
            return nil
        }
    }

    /// Finds the host and knocks at its port.
    private func opening(
        _ hop: SSHHop, _ before: SSHConnection?, on lane: Lane, _ tell: (Finding) -> Void
    ) async throws -> StreamOpening? {
        let opening: StreamOpening
        if let before {
            tell(Finding("address", .good, "\(hop.address.host), as \(before.name) sees it"))
            opening = StreamOpening { _, handler in
                before.openStream(to: hop.address.host, port: hop.address.port, handler: handler)
            }
        } else {
            do {
                let address = try await SocketAddress.resolve(hop.address.host, port: hop.address.port)
                let isName = address.host != hop.address.host
                tell(Finding("address", .good, isName ? "\(hop.address.host) is \(address.host)" : address.host))
                opening = .tcp(address)
            } catch let error as NameNotFound {
                tell(Finding("address", .bad(advice: "look at the address in the farm file"), error.description))
                return nil
            }
        }
        do {
            try await Knock().made(at: opening, on: lane)
            tell(Finding("port", .good, "\(hop.address.port) is open"))
            return opening
        } catch let failure as StreamFailure {
            let advice =
                failure.advice ?? "is an SSH server running there, is the port right, does a firewall let us in?"
            tell(Finding("port", .bad(advice: advice), "\(hop.address.port): \(failure.reason)"))
            return nil
        }
    }

    private func hostKey(
        of hop: SSHHop, _ opening: StreamOpening, on lane: Lane, _ tell: (Finding) -> Void
    ) async throws -> Bool {
        let login = try await logins.prepare(hop, on: lane, showingKeys: false).login
        do {
            try await SSHConnection.connect(to: login, through: opening, on: lane).close()
        } catch let error as SSHError {
            switch error.code {
            // It went as far as it can without a key of ours.
            case .unauthorized: break
            case .hostKey:
                tell(Finding("host key", .bad(advice: error.advice), error.reason))
                return false
            default:
                tell(Finding("port", .bad(advice: error.advice), error.reason))
                return false
            }
        }
        let isLooked = hop.hostKeys != .off
        tell(
            Finding("host key", .good, isLooked ? "it is the one that is known" : "nobody looks at it (host-keys: off)")
        )
        return true
    }

    // MARK: Using

    private func work(on connection: SSHConnection, tell: (Finding) -> Void) async throws -> Bool {
        do {
            let result = try await connection.run(SSHCommand("uname -sr"))
            let system = String(decoding: result.output.prefix(100), as: UTF8.self)
            tell(Finding("commands", .good, system.split(separator: "\n").first.map(String.init) ?? "they run"))
        } catch let error as SSHError {
            tell(Finding("commands", .bad(advice: error.advice), error.reason))
            return false
        }
        do {
            let files = try await SFTPClient.start(name: connection.name, on: connection.lane) {
                connection.openSubsystem("sftp", handler: $0)
            }
            files.close()
            tell(Finding("files", .good, "SFTP answers"))
            return true
        } catch let error as SFTPError {
            tell(Finding("files", .bad(advice: error.advice), error.reason))
            return false
        }
    }

    private func forward(
        _ connection: SSHConnection, to place: Address, tell: (Finding) -> Void
    ) async throws -> Bool {
        do {
            let opening = StreamOpening { _, handler in
                connection.openStream(to: place.host, port: place.port, handler: handler)
            }
            try await Knock().made(at: opening, on: connection.lane)
            tell(Finding("forward", .good, "\(place) answers"))
            return true
        } catch let failure as StreamFailure {
            tell(Finding("forward", .bad(advice: failure.advice), failure.reason))
            return false
        }
    }
}

// Sendable: touched only on the lane.

/// Opens a stream and closes it, to see whether somebody is there.
private final class Knock: SocketHandler, @unchecked Sendable {
    private let outcome = Waiter<Void>()
    private var stream: (any ByteStream)?

    private static let limit = Duration.seconds(10)

    func made(at opening: StreamOpening, on lane: Lane) async throws {
        stream = try opening.open(on: lane, handler: self)
        let timer = lane.schedule(after: Self.limit) { [self] in
            outcome.resume(with: .failure(StreamFailure("connect", "no answer within \(Self.limit)")))
        }
        defer {
            timer.cancel()
            stream?.close()
            stream = nil
        }
        try await outcome.value()
    }

    func socketConnected() { outcome.resume(with: .success(())) }
    func socketReadable() { _ = stream?.read { _ in } }
    func socketDrained() {}

    func socketFailed(_ failure: StreamFailure) {
        stream = nil
        outcome.resume(with: .failure(failure))
    }
}
