import Farm
import Lanes
import Reports
import SourceText
import Synchronization
import Tunnels

/// Opens the local ports of a command, tells what happens at them, and adds up what went through.
final class TunnelDesk: Sendable {
    private let ends: [TunnelEnd]
    private let lanes: [Lane]
    private let pool: TunnelPool
    private let open = Mutex<[(lane: Lane, forward: LocalForward)]>([])
    /// The last failure told of each end, so that a tool that tries again and again fills no screen.
    private let told = Mutex<[String: String]>([:])

    init(_ ends: [TunnelEnd], pool: TunnelPool, lanes: [Lane]) {
        self.ends = ends
        self.pool = pool
        self.lanes = LaneDeal.lanes(for: ends.map(\.phone), among: lanes)
    }

    /// Connects to the hosts, opens the ports and prints them.
    ///
    /// - Throws: ``CommandFailure`` when no host can be reached, or a port cannot be opened.
    func open(at first: SocketAddress) async throws {
        let reached = try await connect()
        var rows: [(command: String, name: String)] = []
        var port = first.port
        for (end, lane) in zip(ends, lanes) where reached.contains(end.route) {
            guard let address = SocketAddress(numeric: first.host, port: port) else { break }
            let bound = try await listen(end, at: address, on: lane)
            rows.append(end.line(at: bound.description))
            guard first.port != 0 else { continue }
            guard port < .max else { throw CommandFailure("there are no ports behind \(port) for all of these") }
            port += 1
        }
        let width = rows.map(\.command.count).max() ?? 0
        for row in rows {
            let gap = String(repeating: " ", count: width - row.command.count)
            Terminal.output.line("\(row.command)\(gap)   # \(terminalSafe(row.name))")
        }
    }

    /// The routes whose hosts can be reached; the others are told.
    private func connect() async throws(CommandFailure) -> Set<SSHRoute> {
        var wanted: [SSHRoute: Lane] = [:]
        for (end, lane) in zip(ends, lanes) where wanted[end.route] == nil { wanted[end.route] = lane }
        let routes = Array(wanted)
        let failures = await withTaskGroup(of: (SSHRoute, PhoneError?).self) { group in
            for (route, lane) in routes {
                group.addTask(executorPreference: lane) { [pool] in
                    do {
                        try await pool.connected(through: route, on: lane)
                        return (route, nil)
                    } catch {
                        let failure = error as? PhoneError
                        return (route, failure ?? PhoneError(.unreachable, operation: "connect", reason: "\(error)"))
                    }
                }
            }
            return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
        let lines = failures.values.map { failure in
            terminalSafe("\(failure)\(failure.advice.map { "; \($0)" } ?? "")")
        }
        guard failures.count < routes.count else {
            throw CommandFailure(lines.sorted().joined(separator: "\n"), status: .someFailed)
        }
        for line in lines.sorted() { Terminal.error.line("warning: \(line)") }
        return Set(routes.map(\.key)).subtracting(failures.keys)
    }

    private func listen(_ end: TunnelEnd, at address: SocketAddress, on lane: Lane) async throws -> SocketAddress {
        let name = end.name
        let opening = pool.opening(to: end.address, through: end.route)
        do {
            return try await Task(executorPreference: lane) { [self] in
                let forward = try LocalForward(at: address, to: opening, on: lane) { [weak self] failure in
                    self?.tell(failure, at: name)
                }
                open.withLock { $0.append((lane, forward)) }
                return forward.address
            }.value
        } catch {
            await close()
            throw CommandFailure("cannot listen at \(address): \((error as? SystemError)?.reason ?? "\(error)")")
        }
    }

    private func tell(_ failure: StreamFailure, at name: String) {
        let text = terminalSafe("\(name): \(failure)\(failure.advice.map { "; \($0)" } ?? "")")
        let isNew = told.withLock { $0.updateValue(text, forKey: name) != text }
        if isNew { Terminal.error.line("warning: \(text)") }
    }

    /// Ends all ports, and says what went through them.
    func close() async {
        var sum = LocalForward.Counts()
        for (lane, forward) in open.withLock({ $0 }) {
            await Task(executorPreference: lane) { forward.close() }.value
            let counts = forward.counts
            sum.connections += counts.connections
            sum.sent += counts.sent
            sum.received += counts.received
            sum.failures += counts.failures
        }
        open.withLock { $0 = [] }
        guard sum.connections > 0 else { return }
        let failed = sum.failures == 0 ? "" : ", \(sum.failures) failed"
        Terminal.error.line(
            "\(sum.connections) \(sum.connections == 1 ? "connection" : "connections")\(failed), "
                + "\(ByteCount(Int(clamping: sum.sent))) there, \(ByteCount(Int(clamping: sum.received))) back")
    }
}
