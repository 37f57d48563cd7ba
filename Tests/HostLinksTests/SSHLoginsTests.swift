import DroverTesting
import Farm
import Foundation
import HostLinks
import Lanes
import Secrets
import Synchronization
import Testing
import Tunnels

@Suite("Logging in as the farm file says", .enabled(if: SSHServer.isThere), .timeLimit(.minutes(5)))
struct SSHLoginsTests {
    /// A real server, and a home folder to log in from.
    private struct Desk: Sendable {
        let server: SSHServer
        let home: ScratchFolder
        let lane: Lane
        let told = Notes()

        /// Connects to the server by the keys that a hop names.
        func connect(
            _ keypair: Keypair?, _ policy: HostKeyPolicy = .pin, environment: [String: String] = [:],
            passphrase: String? = nil
        ) async throws {
            let told = told
            let logins = SSHLogins(environment: ["HOME": home.path].merging(environment) { $1 }) { name in
                Secret(name: name, passphrase ?? "")
            } tell: {
                told.add($0)
            }
            let hop = SSHHop(
                address: Address(host: "127.0.0.1", port: server.port), user: SSHServer.user, keypair: keypair,
                hostKeys: policy, name: "enc-a")
            let lane = lane
            try await Task(executorPreference: lane) {
                try await SSHDialer(logins).connect(to: hop, through: nil, on: lane).close()
            }.value
        }
    }

    private final class Notes: Sendable {
        private let lines = Mutex<[String]>([])
        func add(_ line: String) { lines.withLock { $0.append(line) } }
        var all: [String] { lines.withLock { $0 } }
    }

    private func with(_ body: (Desk) async throws -> Void) async throws {
        try await SSHServer.serving { server in
            try await body(Desk(server: server, home: try ScratchFolder(), lane: try Lane(name: "logins")))
        }
    }

    @Test func `the first key of a host is kept and told, and a changed one is refused with both`() async throws {
        try await with { desk in
            let key = try await desk.server.keys.make()
            try desk.server.authorize(key)
            let keypair = Keypair(name: "farm", path: key.path)
            try await desk.connect(keypair)
            let first = try #require(desk.server.hostKey())
            let own = "\(desk.home.path)/.local/state/drover/known_hosts"
            #expect(
                desk.told.all == [
                    "note: the ED25519 key of [127.0.0.1]:\(desk.server.port) was not known; \(first.fingerprint) "
                        + "is kept in \(own)"
                ])
            try await desk.connect(keypair)
            #expect(desk.told.all.count == 1)
            await desk.server.stop()
            try await desk.server.changeHostKey()
            try await desk.server.start()
            let error = try #require(await #expect(throws: PhoneError.self) { try await desk.connect(keypair) })
            #expect(error.code == .unauthorized)
            #expect(error.operation.hasSuffix("(enc-a)"))
            #expect(error.reason.contains(first.fingerprint))
            #expect(error.reason.contains(try #require(desk.server.hostKey()).fingerprint))
            try await desk.connect(keypair, .off)
        }
    }

    @Test func `an unknown key is refused where keys are to be known`() async throws {
        try await with { desk in
            let key = try await desk.server.keys.make()
            try desk.server.authorize(key)
            let error = try #require(
                await #expect(throws: PhoneError.self) {
                    try await desk.connect(Keypair(name: "farm", path: key.path), .strict)
                })
            #expect(error.code == .unauthorized)
            #expect(error.advice?.contains("add this line to") == true)
        }
    }

    @Test func `a key file that others can read is refused with the cure`() async throws {
        try await with { desk in
            let key = try await desk.server.keys.make()
            chmod(key.path, 0o644)
            let error = try #require(
                await #expect(throws: PhoneError.self) { try await desk.connect(Keypair(name: "farm", path: key.path)) }
            )
            #expect(error.reason.hasSuffix("can be read by others (mode 0644)"))
            #expect(error.advice == "run: chmod 600 \(key.path)")
            #expect(error.operation.contains("with keypair farm (enc-a)"))
        }
    }

    @Test(arguments: SSHKeyFormat.allCases)
    func `a passphrase opens a key, and a wrong one is told`(format: SSHKeyFormat) async throws {
        try await with { desk in
            let key = try await desk.server.keys.make(.ecdsa256, format, passphrase: "open sesame")
            try desk.server.authorize(key)
            let open = Keypair(name: "farm", path: key.path, passphrase: "pin")
            try await desk.connect(open, passphrase: "open sesame")
            let wrong = try #require(
                await #expect(throws: PhoneError.self) { try await desk.connect(open, passphrase: "open barley") })
            #expect(wrong.code == .unauthorized)
            #expect(wrong.reason.contains("passphrase"))
            let none = try #require(
                await #expect(throws: PhoneError.self) {
                    try await desk.connect(Keypair(name: "farm", path: key.path))
                })
            #expect(none.reason.contains("passphrase"))
        }
    }

    @Test func `without a keypair the usual files are tried, and one that cannot be read is left out`() async throws {
        try await with { desk in
            let key = try await desk.server.keys.make()
            try desk.server.authorize(key)
            try desk.home.write("no key", to: ".ssh/id_rsa")
            let none = try #require(await #expect(throws: PhoneError.self) { try await desk.connect(nil) })
            #expect(none.reason == "there is no key to log in with")
            try FileManager.default.copyItem(atPath: key.path, toPath: "\(desk.home.path)/.ssh/id_ed25519")
            try await desk.connect(nil, environment: ["SSH_AUTH_SOCK": "\(desk.home.path)/gone"])
        }
    }

    @Test func `a keypair in the home folder is found`() async throws {
        try await with { desk in
            let key = try await desk.server.keys.make()
            try desk.server.authorize(key)
            try desk.home.write("", to: ".ssh/known_hosts")
            try FileManager.default.copyItem(atPath: key.path, toPath: "\(desk.home.path)/.ssh/farm.pem")
            try await desk.connect(Keypair(name: "farm", path: "~/.ssh/farm.pem"))
            let error = try #require(
                await #expect(throws: PhoneError.self) {
                    try await desk.connect(Keypair(name: "farm", path: "~/.ssh/gone.pem"))
                })
            #expect(error.reason.hasSuffix("is not there"))
        }
    }
}
