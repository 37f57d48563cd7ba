import DroverTesting
import Farm
import HostLinks
import Lanes
import Testing
import Tunnels

@Suite("Tunnels through a real sshd", .enabled(if: SSHServer.isThere), .timeLimit(.minutes(5)))
struct SSHTunnelTests {
    /// Starts a server that lets a key in, and lends both.
    private func serving(
        _ lines: [String] = [], rules: String = "",
        _ body: @escaping @Sendable (SSHServer, SSHKeyPair) async throws -> Void
    ) async throws {
        var options = SSHServer.Options()
        options.lines = lines
        try await SSHServer.serving(options) { server in
            let key = try await server.keys.make()
            try server.authorize(key, rules: rules)
            try await body(server, key)
        }
    }

    @Test func `a hundred streams go through two connections`() async throws {
        try await serving { server, key in
            try await RealHosts.with(key) { hosts in
                let route = RealHosts.route(to: server, called: "farm-a")
                let probes = try (0..<100).map { _ in try hosts.open(through: route) }
                for (number, probe) in probes.enumerated() { probe.stream?.send(Array("phone \(number)".utf8)) }
                for (number, probe) in probes.enumerated() {
                    let word = Array("phone \(number)".utf8)
                    #expect(try await probe.bytes(word.count) == word)
                }
                #expect(await server.log.count(of: "Accepted publickey", reaching: 2) == 2)
                for probe in probes { probe.stream?.close() }
            }
        }
    }

    @Test func `half a stream may end before the other`() async throws {
        try await serving { server, key in
            try await RealHosts.with(key) { hosts in
                let probe = try hosts.open(through: RealHosts.route(to: server, called: "farm-a"))
                let bytes = (0..<2_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
                probe.stream?.send(bytes)
                probe.stream?.endSending()
                #expect(try await probe.ended.value() == bytes)
                probe.stream?.close()
            }
        }
    }

    @Test func `a host behind a jump host is reached through it`() async throws {
        try await serving { gate, key in
            try await SSHServer.serving { inner in
                try inner.authorize(key)
                try await RealHosts.with(key) { hosts in
                    let route = RealHosts.route(
                        to: inner, called: "farm-a", via: RealHosts.route(to: gate, called: "gate"))
                    let probe = try hosts.open(through: route)
                    probe.stream?.send(Array("hello".utf8))
                    #expect(try await probe.bytes(5) == Array("hello".utf8))
                    #expect(await gate.log.count(of: "Accepted publickey", reaching: 1) == 1)
                    #expect(await inner.log.count(of: "Accepted publickey", reaching: 1) == 1)
                    probe.stream?.close()
                }
            }
        }
    }

    @Test func `a host that forwards nothing says so, with what to look at`() async throws {
        try await serving(["AllowTcpForwarding no"]) { server, key in
            try await RealHosts.with(key) { hosts in
                let probe = try hosts.open(through: RealHosts.route(to: server, called: "farm-a"))
                let failure = try await probe.broken.value()
                #expect(failure.reason == "\(SSHServer.user)@127.0.0.1:\(server.port) forwards no connections")
                #expect(failure.advice?.contains("AllowTcpForwarding") == true)
            }
        }
    }

    @Test func `a port that is closed behind the host is told as such`() async throws {
        try await serving { server, key in
            try await RealHosts.with(key) { hosts in
                let route = RealHosts.route(to: server, called: "farm-a")
                let probe = try hosts.open(to: Address(host: "127.0.0.1", port: 1), through: route)
                let failure = try await probe.broken.value()
                #expect(failure.errno == 111)
                #expect(failure.reason.hasSuffix("cannot connect to 127.0.0.1:1"))
                let well = try hosts.open(through: route)
                try await well.connected.value()
                well.stream?.close()
            }
        }
    }

    @Test func `a key that nobody lets in is the host's refusal`() async throws {
        try await serving { server, _ in
            let stranger = try await server.keys.make(name: "stranger")
            try await RealHosts.with(stranger) { hosts in
                let route = RealHosts.route(to: server, called: "farm-a")
                let error = await #expect(throws: PhoneError.self) {
                    try await hosts.pool.connected(through: route, on: hosts.lane)
                }
                #expect(error?.code == .unauthorized)
                #expect(error?.operation.contains("(farm-a)") == true)
            }
        }
    }

    @Test func `sessions that are killed cost their streams, and the next goes through a new one`() async throws {
        try await serving { server, key in
            try await RealHosts.with(key) { hosts in
                let route = RealHosts.route(to: server, called: "farm-a")
                let first = try hosts.open(through: route)
                try await first.connected.value()
                server.endSessions()
                let failure = try await first.broken.value()
                #expect(failure.reason.hasPrefix("the SSH connection to farm-a ended:"))
                let second = try hosts.open(through: route)
                second.stream?.send([1])
                #expect(try await second.bytes(1) == [1])
                second.stream?.close()
            }
        }
    }

    @Test func `a port of this machine leads through the host`() async throws {
        try await serving { server, key in
            try await RealHosts.with(key) { hosts in
                let route = RealHosts.route(to: server, called: "farm-a")
                let forward = try LocalForward(
                    at: .loopback(port: 0), to: hosts.pool.opening(to: hosts.place, through: route), on: hosts.lane)
                let probe = StreamProbe()
                probe.stream = try TCPSocket(connectingTo: forward.address, on: hosts.lane, handler: probe)
                let bytes = (0..<2_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
                probe.stream?.send(bytes)
                probe.stream?.endSending()
                #expect(try await probe.ended.value() == bytes)
                probe.stream?.close()
                forward.close()
            }
        }
    }
}
