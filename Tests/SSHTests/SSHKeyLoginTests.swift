import DroverTesting
import Lanes
import Secrets
import Testing

@testable import SSH

@Suite("Logging in with keys", .enabled(if: SSHServer.isThere), .timeLimit(.minutes(10)))
struct SSHKeyLoginTests {
    private let words = "a word & a \"half\""

    /// Logs in with a file's key and says hello.
    private func hello(_ login: SSHLogin) async throws -> String {
        try await SSHRig.onLane { lane in
            let connection = try await SSHConnection.connect(to: login, on: lane)
            defer { connection.close() }
            return String(decoding: try await connection.run(SSHCommand("echo hello")).output, as: UTF8.self)
        }
    }

    @Test(arguments: SSHKeyType.allCases)
    func `every form of a key logs in at a server of today, with and without a passphrase`(
        _ type: SSHKeyType
    ) async throws {
        try await SSHServer.serving { server in
            for format in SSHKeyFormat.allCases where type != .ed25519 || format != .traditional {
                for passphrase in ["", words] {
                    let name = "\(type)-\(format)-\(passphrase.utf8.count)"
                    let made = try await server.keys.make(type, format, passphrase: passphrase, name: name)
                    try server.authorize(made)
                    let secret = passphrase.isEmpty ? nil : Secret(name: "passphrase", passphrase)
                    let key = try SSHRig.key(made.path, secret)
                    #expect(try await hello(try SSHRig.login(server, [.key(key)])) == "hello\n", "\(name)")
                }
            }
            let expected = type == .ed25519 ? 4 : 6
            #expect(await server.log.count(of: "Accepted publickey", reaching: expected) == expected)
            #expect(server.log.count(of: "ssh-rsa RSA") == 0, "no signature with SHA-1")
        }
    }

    @Test func `keys of an agent log in, RSA among them, in the order of the agent`() async throws {
        try await SSHServer.serving { server in
            let agent = try await SSHAgent()
            for type in [SSHKeyType.ed25519, .ecdsa384, .rsa2048] {
                try await agent.add(try await server.keys.make(type, name: "\(type)"))
            }
            for type in [SSHKeyType.rsa2048, .ecdsa384, .ed25519] {
                try server.authorize(try await server.keys.again("\(type)"))
                let (login, path) = (try SSHRig.login(server, []), agent.path)
                let said = try await SSHRig.onLane { lane in
                    let client = try AgentClient(at: path, on: lane)
                    defer { client.close() }
                    var login = login
                    login.credentials = try await client.keys().map { .signer(AgentSigner($0, of: client)) }
                    let connection = try await SSHConnection.connect(to: login, on: lane)
                    defer { connection.close() }
                    return try await connection.run(SSHCommand("echo hello")).output
                }
                #expect(said == Array("hello\n".utf8))
            }
            // Each time the first one that is let in.
            #expect(await server.log.count(of: "Accepted publickey", reaching: 3) == 3)
            #expect(server.log.count(of: "ssh2: RSA SHA256") == 1)
            await agent.stop()
        }
    }

    @Test func `a key that is refused is followed by the next one`() async throws {
        try await SSHServer.serving { server in
            let stranger = try await server.keys.make(.ecdsa256, name: "stranger")
            let friend = try await server.keys.make(.rsa2048, .traditional, name: "friend")
            try server.authorize(friend)
            let keys = try [stranger, friend].map { SSHCredential.key(try SSHRig.key($0.path)) }
            #expect(try await hello(try SSHRig.login(server, keys)) == "hello\n")
        }
    }

    @Test func `a host with several keys is asked for the one that is known`() async throws {
        var options = SSHServer.Options()
        options.hostKeys = [.ed25519, .ecdsa256, .rsa2048]
        try await SSHServer.serving(options) { server in
            let made = try await server.keys.make()
            try server.authorize(made)
            let folder = try ScratchFolder()
            for type in options.hostKeys {
                let known = try #require(server.hostKey(type))
                let path = try folder.write(
                    "[127.0.0.1]:\(server.port) \(known.publicLine)\n", to: "known_\(type)")
                let hosts = KnownHosts(read: [path], own: nil)
                var login = try SSHRig.login(server, [.key(try SSHRig.key(made.path))])
                login = SSHRig.judging(login, hosts, .strict)
                #expect(try await hello(login) == "hello\n", "\(type)")
            }
        }
    }

    @Test func `banners, greetings before the banner, and talkative shells change nothing`() async throws {
        let folder = try ScratchFolder()
        let banner = try folder.write(String(repeating: "No trespassing! \u{1B}[31m\n", count: 500), to: "banner")
        var options = SSHServer.Options()
        options.lines = ["Banner \(banner)", "PrintMotd yes", "VersionAddendum a long addendum"]
        try await SSHServer.serving(options) { server in
            let made = try await server.keys.make()
            try server.authorize(made)
            let proxy = try await FaultyProxy(to: server.port, [.greet(Array("Hello!\r\nThis is a gate.\r\n".utf8))])
            var login = try SSHRig.login(server, [.key(try SSHRig.key(made.path))])
            login.port = proxy.port
            #expect(try await hello(login) == "hello\n")
            try await proxy.stop()
        }
    }
}
