import DroverTesting
import Lanes
import Testing

@Suite("The real sshd of the tests", .enabled(if: SSHServer.isThere), .timeLimit(.minutes(5)))
struct SSHServerTests {
    /// OpenSSH's own client, which asks nothing and believes every host.
    private func ssh(
        _ port: UInt16, _ key: SSHKeyPair, _ command: String, more: [String] = []
    ) async throws -> ProgramAnswer {
        try await runToEnd(
            [
                "/usr/bin/ssh", "-F", "none", "-p", "\(port)", "-i", key.path, "-o", "IdentitiesOnly=yes", "-o",
                "BatchMode=yes", "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-o",
                "LogLevel=ERROR",
            ] + more + ["\(SSHServer.user)@127.0.0.1", command])
    }

    @Test func `lets authorized keys in on every port, and says so in its log`() async throws {
        var options = SSHServer.Options()
        options.portCount = 3
        try await SSHServer.serving(options) { server in
            let key = try await server.keys.make()
            try server.authorize(key)
            for port in server.ports {
                let answer = try await ssh(port, key, "echo to $((40 + 2)); exit 7")
                #expect(answer.output == "to 42\n")
                #expect(answer.exitCode == 7, "\(answer.text)")
            }
            #expect(await server.log.count(of: "Accepted publickey", reaching: 3) == 3)
            let stranger = try await server.keys.make(.ecdsa256, name: "stranger")
            #expect(try await ssh(server.port, stranger, "true").error.contains("Permission denied"))
        }
    }

    @Test func `lines of the test win over the standard ones`() async throws {
        var options = SSHServer.Options()
        options.lines = ["AllowTcpForwarding no", "MaxSessions 1", "Banner none", "ForceCommand echo forced"]
        try await SSHServer.serving(options) { server in
            let key = try await server.keys.make()
            try server.authorize(key)
            #expect(try await ssh(server.port, key, "echo asked").output == "forced\n")
        }
    }

    @Test func `can be killed with its sessions and started again on the same port`() async throws {
        let server = try await SSHServer()
        let key = try await server.keys.make()
        try server.authorize(key)
        try await server.start()
        let mark = server.log.mark
        let port = server.port
        async let cut = ssh(port, key, "sleep 600")
        #expect(await server.log.line(containing: "Starting session: command", after: mark) != nil)
        await server.stop()
        #expect(try await cut.exitCode == 255)
        #expect(try await ssh(port, key, "true").error.contains("Connection refused"))
        try await server.start()
        #expect(server.port == port)
        #expect(try await ssh(port, key, "echo back").output == "back\n")
        await server.stop()
    }

    @Test func `ends sessions without ending itself, and can change its host key`() async throws {
        let server = try await SSHServer()
        let key = try await server.keys.make()
        try server.authorize(key)
        try await server.start()
        let port = server.port
        async let cut = ssh(port, key, "sleep 600")
        #expect(await server.log.line(containing: "Starting session: command") != nil)
        server.endSessions()
        #expect(try await cut.exitCode == 255)
        #expect(try await ssh(port, key, "echo on").output == "on\n")
        let before = server.hostKey()
        await server.stop()
        try await server.changeHostKey()
        try await server.start()
        #expect(server.hostKey()?.fingerprint != before?.fingerprint)
        #expect(try await ssh(port, key, "echo new").output == "new\n")
        await server.stop()
    }

    @Test func `a proxy passes on, cuts, refuses and says other things`() async throws {
        try await SSHServer.serving { server in
            let key = try await server.keys.make()
            try server.authorize(key)
            let proxy = try await FaultyProxy(
                to: server.port,
                [
                    .none, .cut(after: 900, .toServer), .refuse, .say(Array("HTTP/1.1 400 Bad\r\n\r\n".utf8)),
                    .delay(.milliseconds(1)), .hang(after: 0, .toClient),
                ])
            func echo(_ more: [String] = []) async throws -> ProgramAnswer {
                try await ssh(proxy.port, key, "echo there", more: more)
            }
            #expect(try await echo().output == "there\n")
            #expect(try await echo().exitCode == 255)
            #expect(try await echo().exitCode == 255)
            #expect(try await echo(["-o", "ConnectTimeout=1"]).exitCode == 255)
            #expect(try await echo().output == "there\n")
            let hung = try await echo(["-o", "ConnectTimeout=1"])
            #expect(hung.error.contains("timed out"), "\(hung.text)")
            #expect(try await echo().output == "there\n")
            #expect(proxy.connectionCount == 7)
            try await proxy.stop()
        }
    }

    @Test func `a paused proxy loses nothing`() async throws {
        try await SSHServer.serving { server in
            let key = try await server.keys.make()
            try server.authorize(key)
            let proxy = try await FaultyProxy(to: server.port)
            try await proxy.pause()
            let port = proxy.port
            async let answer = ssh(port, key, "echo late")
            while proxy.connectionCount == 0 { await Task.yield() }
            try await proxy.resume()
            #expect(try await answer.output == "late\n")
            try await proxy.stop()
        }
    }
}
