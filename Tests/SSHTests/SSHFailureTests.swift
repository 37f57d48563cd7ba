import DroverTesting
import Glibc
import Lanes
import Secrets
import Testing

@testable import SSH

/// What tests of failures note down, to be compared with what people should read.
struct FailureNotes {
    private(set) var text = ""
    private var replacements: [(String, String)] = []

    /// Has a text that differs from run to run shown as a word.
    mutating func hide(_ text: String, as word: String) { replacements.append((text, word)) }

    /// Notes how an attempt ended.
    mutating func note(_ title: String, _ attempt: () async throws -> String) async {
        text += "\(title)\n"
        do {
            text += "  it worked: \(try await attempt())\n"
        } catch let error as SSHError {
            add(error)
        } catch let error as KeyFileError {
            add(SSHError(error, during: "log in"))
        } catch {
            text += "  \(error)\n"
        }
        text += "\n"
    }

    private mutating func add(_ error: SSHError) {
        text += "  \(error)\n" + (error.advice.map { "  \($0)\n" } ?? "")
    }

    /// Compares with the golden file.
    func expectGolden(_ name: String) {
        var shown = text
        for (text, word) in replacements { shown = shown.replacing(text, with: word) }
        DroverTesting.expectGolden(shown, "golden/ssh/\(name)")
    }
}

@Suite("Failures of logging in", .enabled(if: SSHServer.isThere), .timeLimit(.minutes(10)))
struct SSHFailureTests {
    /// Logs in and gives what a command says.
    private func attempt(_ login: SSHLogin) async throws -> String {
        try await SSHRig.onLane { lane in
            let connection = try await SSHConnection.connect(to: login, on: lane)
            defer { connection.close() }
            let result = try await connection.run(SSHCommand("echo hello"))
            return String(decoding: result.output + result.error, as: UTF8.self).trimmed
        }
    }

    @Test func `keys and users that are not let in`() async throws {
        var notes = FailureNotes()
        try await SSHServer.serving { server in
            let friend = try await server.keys.make(name: "friend")
            let stranger = try await server.keys.make(.rsa2048, .traditional, name: "stranger")
            let words = Secret(name: "passphrase", "four words and more")
            let locked = try await server.keys.make(passphrase: "four words and more", name: "locked")
            let lockedPEM = try await server.keys.make(
                .rsa2048, .traditional, passphrase: "four words and more", name: "locked-pem")
            for key in [friend, locked, lockedPEM] { try server.authorize(key) }
            notes.hide(String(friend.path.dropLast("/friend".count)), as: "KEYS")
            notes.hide("\(SSHServer.user)@127.0.0.1:\(server.port)", as: "USER@HOST")
            notes.hide("127.0.0.1:\(server.port)", as: "HOST")

            await notes.note("the right key") { try await attempt(SSHRig.login(server, [key(friend)])) }
            await notes.note("no key at all") { try await attempt(SSHRig.login(server, [])) }
            await notes.note("a key that is not authorized") {
                try await attempt(SSHRig.login(server, [key(stranger)]))
            }
            await notes.note("two keys that are not authorized") {
                let other = try await server.keys.make(.ecdsa384, name: "other")
                return try await attempt(SSHRig.login(server, [key(stranger), key(other)]))
            }
            await notes.note("a user that is not there") {
                var login = try SSHRig.login(server, [key(friend)])
                login.user = "nobody-here"
                return try await attempt(login)
            }
            for (name, file) in [("OpenSSH", locked), ("PEM", lockedPEM)] {
                await notes.note("an encrypted key without its passphrase, \(name)") {
                    try await attempt(SSHRig.login(server, [key(file)]))
                }
                await notes.note("an encrypted key with a wrong passphrase, \(name)") {
                    let wrong = Secret(name: "passphrase", "wrong")
                    do {
                        return try await attempt(SSHRig.login(server, [key(file, wrong)]))
                    } catch let error as SSHError where error.code == .badKey {
                        // As whoever read the file explains what the library could not open.
                        throw try KeyFile(reading: file.path).whenNotOpened(wrong)
                    }
                }
                await notes.note("an encrypted key with its passphrase, \(name)") {
                    try await attempt(SSHRig.login(server, [key(file, words)]))
                }
            }
            chmod(friend.path, 0o644)
            await notes.note("a key that others can read") { try await attempt(SSHRig.login(server, [key(friend)])) }
            await notes.note("a key that is not there") {
                try await attempt(SSHRig.login(server, [.key(SSHRig.key("\(friend.path)-gone"))]))
            }
        }
        notes.expectGolden("login-keys.txt")
    }

    private func key(_ key: SSHKeyPair, _ passphrase: Secret? = nil) throws -> SSHCredential {
        .key(try SSHRig.key(key.path, passphrase))
    }

    @Test func `hosts whose keys are unknown or have changed`() async throws {
        var notes = FailureNotes()
        let folder = try ScratchFolder()
        let server = try await SSHServer()
        let friend = try await server.keys.make()
        try server.authorize(friend)
        try await server.start()
        let login = try SSHRig.login(server, [key(friend)])
        let own = "\(folder.path)/known_hosts"
        let hosts = KnownHosts(read: [], own: own)
        let first = try #require(server.hostKey())
        await notes.note("unknown, strict") { try await attempt(SSHRig.judging(login, hosts, .strict)) }
        await notes.note("unknown, pin") { try await attempt(SSHRig.judging(login, hosts, .pin)) }
        await notes.note("known, strict") { try await attempt(SSHRig.judging(login, hosts, .strict)) }
        await server.stop()
        try await server.changeHostKey()
        try await server.start()
        let second = try #require(server.hostKey())
        await notes.note("changed, strict") { try await attempt(SSHRig.judging(login, hosts, .strict)) }
        await notes.note("changed, pin") { try await attempt(SSHRig.judging(login, hosts, .pin)) }
        await notes.note("changed, off") { try await attempt(SSHRig.judging(login, hosts, .off)) }
        try folder.write("@revoked * \(second.publicLine)\n", to: "revoked")
        let revoking = KnownHosts(read: ["\(folder.path)/revoked"], own: own)
        await notes.note("revoked, pin") { try await attempt(SSHRig.judging(login, revoking, .pin)) }
        #expect(
            await server.log.count(of: "Accepted publickey", reaching: 3) == 3,
            "nobody logs in where the key is refused")
        await server.stop()
        for (key, name) in [(first, "FIRST"), (second, "SECOND")] {
            notes.hide(key.fingerprint, as: "SHA256:\(name)")
            notes.hide(key.publicBase64, as: "\(name)-KEY")
        }
        notes.hide(folder.path, as: "FOLDER")
        notes.hide("[127.0.0.1]:\(server.port)", as: "[HOST]:PORT")
        notes.expectGolden("login-host-keys.txt")
    }

    /// Servers that are set up so that a login cannot succeed.
    private static let strangeServers: [(title: String, lines: [String])] = [
        ("no keys are taken", ["PubkeyAuthentication no", "PasswordAuthentication yes"]),
        ("a password as well as a key", ["AuthenticationMethods publickey,password", "PasswordAuthentication yes"]),
        ("the user is denied", ["DenyUsers \(SSHServer.user)"]),
        ("no signatures of this kind", ["PubkeyAcceptedAlgorithms ecdsa-sha2-nistp256"]),
        ("too many keys are tried", ["MaxAuthTries 1"]),
        ("no key exchange fits", ["KexAlgorithms sntrup761x25519-sha512@openssh.com"]),
    ]

    @Test func `servers that let nobody in`() async throws {
        var notes = FailureNotes()
        for (title, lines) in Self.strangeServers {
            var options = SSHServer.Options()
            options.lines = lines
            try await SSHServer.serving(options) { server in
                let friend = try await server.keys.make(name: "friend")
                let stranger = try await server.keys.make(name: "stranger")
                try server.authorize(friend)
                notes.hide(String(friend.path.dropLast("/friend".count)), as: "KEYS")
                notes.hide("\(SSHServer.user)@127.0.0.1:\(server.port)", as: "USER@HOST")
                let keys = try title.contains("too many") ? [key(stranger), key(friend)] : [key(friend)]
                await notes.note(title) { try await attempt(SSHRig.login(server, keys)) }
            }
        }
        notes.expectGolden("login-servers.txt")
    }

    @Test func `what is no SSH server, or stops to be one`() async throws {
        var notes = FailureNotes()
        // Which one it is depends on who notices the end.
        for end in ["Connection reset by peer", "Broken pipe", "the host closed the connection"] {
            notes.hide("(\(end))", as: "(END)")
        }
        try await SSHServer.serving { server in
            let friend = try await server.keys.make()
            try server.authorize(friend)
            let faults: [(String, ProxyFault)] = [
                ("a web server", .sayAndHangUp(Array("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n".utf8))),
                ("an adb server", .sayAndHangUp(Array("OKAY0004device".utf8))),
                ("an SSH server of old", .sayAndHangUp(Array("SSH-1.5-OldServer\r\n".utf8))),
                ("a flood of lines without a banner", .sayAndHangUp([UInt8](repeating: 10, count: 3 << 20))),
                ("a flood without lines", .sayAndHangUp([UInt8](repeating: 65, count: 3 << 20))),
                ("a banner and then noise", .sayAndHangUp(Array("SSH-2.0-Odd\r\n".utf8) + SeededNumbers.bytes(4096))),
                ("hangs up at once", .sayAndHangUp([])),
                ("hangs up after its banner", .cut(after: 21, .toClient)),
                ("hangs up in the key exchange", .cut(after: 1300, .toClient)),
                ("hangs up in the login", .cut(after: 1750, .toClient)),
            ]
            for (title, fault) in faults {
                let proxy = try await FaultyProxy(to: server.port, [fault])
                var login = try SSHRig.login(server, [key(friend)])
                login.port = proxy.port
                notes.hide("\(SSHServer.user)@127.0.0.1:\(proxy.port)", as: "USER@HOST")
                await notes.note(title) { try await attempt(login) }
                try await proxy.stop()
            }
            await notes.note("nobody listens") {
                var login = try SSHRig.login(server, [key(friend)])
                login.port = 1
                return try await attempt(login)
            }
            notes.hide("\(SSHServer.user)@127.0.0.1:1", as: "USER@HOST")
        }
        notes.expectGolden("login-no-server.txt")
    }
}

extension String {
    /// Without the white space at its end.
    fileprivate var trimmed: String {
        var text = self
        while text.last?.isWhitespace == true { text.removeLast() }
        return text
    }
}
