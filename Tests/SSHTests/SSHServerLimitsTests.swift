import DroverTesting
import Lanes
import Testing

@testable import SSH

@Suite("Servers that limit and refuse", .enabled(if: SSHServer.isThere), .timeLimit(.minutes(10)))
struct SSHServerLimitsTests {
    /// Tries to open a stream to the server's own port through it, and says how that went.
    private static func forward(_ connection: SSHConnection, to port: UInt16) async throws -> String {
        let end = StreamEnd()
        end.stream = connection.openStream(to: "127.0.0.1", port: port, handler: end)
        try await end.up.value()
        end.stream?.close()
        return "open"
    }

    @Test func `forwarding that is forbidden, for all, for others or for this key`() async throws {
        var notes = FailureNotes()
        let cases: [(title: String, lines: [String], rules: String)] = [
            ("allowed", [], ""), ("forbidden for all", ["AllowTcpForwarding no"], ""),
            ("only the other way", ["AllowTcpForwarding remote"], ""),
            ("only to another place", ["PermitOpen 10.0.0.1:5555"], ""),
            ("forbidden for this key", [], "no-port-forwarding"), ("forbidden with everything", [], "restrict"),
        ]
        for (title, lines, rules) in cases {
            var options = SSHServer.Options()
            options.lines = lines
            try await SSHServer.serving(options) { server in
                let key = try await server.keys.make()
                try server.authorize(key, rules: rules)
                let (login, port) = (try SSHRig.login(server, key), server.port)
                notes.hide(login.name, as: "USER@HOST")
                notes.hide("127.0.0.1:\(port)", as: "PLACE")
                await notes.note(title) {
                    try await SSHRig.onLane { lane in
                        let connection = try await SSHConnection.connect(to: login, on: lane)
                        defer { connection.close() }
                        return try await Self.forward(connection, to: port)
                    }
                }
            }
        }
        notes.expectGolden("forwarding.txt")
    }

    @Test func `a key that may run one command only runs that`() async throws {
        try await SSHServer.serving { server in
            let key = try await server.keys.make()
            try server.authorize(key, rules: "command=\"echo only this; exit 4\"")
            let login = try SSHRig.login(server, key)
            let result = try await SSHRig.onLane { lane in
                let connection = try await SSHConnection.connect(to: login, on: lane)
                defer { connection.close() }
                return try await connection.run(SSHCommand("echo another"))
            }
            #expect(result.output == Array("only this\n".utf8))
            #expect(result.exit == 4)
        }
    }

    @Test func `a server that takes few logins at a time says so to the others`() async throws {
        var options = SSHServer.Options()
        options.lines = ["MaxStartups 1:100:1"]
        try await SSHServer.serving(options) { server in
            let key = try await server.keys.make()
            try server.authorize(key)
            // One that never goes on with its login takes the only place.
            let proxy = try await FaultyProxy(to: server.port, [.hang(after: 0, .toServer)])
            var held = try SSHRig.login(server, key)
            held.port = proxy.port
            let login = try SSHRig.login(server, key)
            let (first, mark) = (held, server.log.mark)
            let waiting = Task {
                try await SSHRig.onLane { try await SSHConnection.connect(to: first, on: $0).close() }
            }
            #expect(await server.log.line(containing: "Connection from", after: mark) != nil)
            let error = await #expect(throws: SSHError.self) {
                try await SSHRig.onLane { try await SSHConnection.connect(to: login, on: $0).close() }
            }
            #expect(error?.operation == "connect to \(login.name)")
            #expect(error?.reason == "the host takes no more logins at this moment")
            #expect(error?.advice == "try again later, or raise MaxStartups in the host's sshd_config")
            try await proxy.stop()
            _ = await waiting.result
        }
    }

    @Test func `a host that ends all sessions is lost, with its own words or without`() async throws {
        try await SSHServer.serving { server in
            let key = try await server.keys.make()
            try server.authorize(key)
            let login = try SSHRig.login(server, key)
            let error = await #expect(throws: SSHError.self) {
                try await SSHRig.onLane { lane in
                    let connection = try await SSHConnection.connect(to: login, on: lane)
                    defer { connection.close() }
                    let began = Waiter<Void>()
                    let running = Task(executorPreference: lane) {
                        try await connection.run(SSHCommand("echo on; sleep 600")) { _ in
                            began.resume(with: .success(()))
                            return true
                        }
                    }
                    try await began.value()
                    server.endSessions()
                    return try await running.value
                }
            }
            #expect(error?.code == .lost)
        }
    }
}
