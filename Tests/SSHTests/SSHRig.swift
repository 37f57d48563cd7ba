import DroverTesting
import Glibc
import Lanes
import SSH
import Secrets
import Synchronization

/// What the tests of connections have in common: a lane, and a way to log in to a real sshd.
enum SSHRig {
    /// Runs `body` on a lane.
    static func onLane<Answer: Sendable>(_ body: @escaping @Sendable (Lane) async throws -> Answer) async throws
        -> Answer
    {
        let lane = try Lane(name: "ssh")
        return try await Task(executorPreference: lane) { try await body(lane) }.value
    }

    /// A login to a server of the tests with a key of the tests; every host key is believed.
    static func login(
        _ server: SSHServer, _ key: SSHKeyPair, port: UInt16? = nil, passphrase: String? = nil
    ) throws -> SSHLogin {
        SSHLogin(
            host: "127.0.0.1", port: port ?? server.port, user: SSHServer.user,
            credentials: [.key(try privateKey(key, passphrase))], limits: patient, judge: { _ in })
    }

    /// A login to a server of the tests with any credentials.
    static func login(_ server: SSHServer, _ credentials: [SSHCredential]) throws -> SSHLogin {
        SSHLogin(
            host: "127.0.0.1", port: server.port, user: SSHServer.user, credentials: credentials, limits: patient,
            judge: { _ in })
    }

    /// A key file as a login uses it.
    static func key(_ path: String, _ passphrase: Secret? = nil) throws(KeyFileError) -> SSHPrivateKey {
        let file = try KeyFile(reading: path)
        let key = try file.checkPassphrase(passphrase)
        let text = file.content.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
        return SSHPrivateKey(
            name: path, content: Secret(name: "key", text), passphrase: file.isEncrypted ? passphrase : nil,
            isRSA: key?.type == "ssh-rsa")
    }

    /// The same login, with the host's key judged.
    static func judging(_ login: SSHLogin, _ hosts: KnownHosts, _ checking: HostKeyChecking) -> SSHLogin {
        let name = KnownHostName(login.host, port: login.port)
        return SSHLogin(
            host: login.host, port: login.port, user: login.user, credentials: login.credentials,
            hostKeyAlgorithms: hosts.algorithms(for: name), limits: login.limits
        ) { key in
            let lane = try Lane(name: "judge")
            _ = try await Task(executorPreference: lane) {
                try await hosts.judge(key, of: name, by: checking, on: lane)
            }.value
        }
    }

    /// The limits of a machine that has much else to do.
    static var patient: SSHLimits {
        var limits = SSHLimits()
        limits.banner = .seconds(60)
        limits.keyExchange = .seconds(60)
        limits.login = .seconds(60)
        limits.channel = .seconds(60)
        limits.ending = .seconds(20)
        return limits
    }

    static func privateKey(_ key: SSHKeyPair, _ passphrase: String? = nil) throws -> SSHPrivateKey {
        SSHPrivateKey(
            name: "the key", content: Secret(name: "key", try contents(of: key.path)),
            passphrase: passphrase.map { Secret(name: "passphrase", $0) }, isRSA: key.publicLine.hasPrefix("ssh-rsa"))
    }

    /// Runs `body` with a connection to a server that has just been started.
    static func connected<Answer: Sendable>(
        _ options: SSHServer.Options = SSHServer.Options(),
        _ body: @escaping @Sendable (SSHConnection, SSHServer) async throws -> Answer
    ) async throws -> Answer {
        try await SSHServer.serving(options) { server in
            let key = try await server.keys.make()
            try server.authorize(key)
            let login = try login(server, key)
            return try await onLane { lane in
                let connection = try await SSHConnection.connect(to: login, on: lane)
                let answer: Result<Answer, any Error>
                do { answer = .success(try await body(connection, server)) } catch { answer = .failure(error) }
                connection.close()
                return try answer.get()
            }
        }
    }

    private static func contents(of path: String) throws -> String {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw SystemError("open") }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 65_536)
        let count = Glibc.read(descriptor, &bytes, bytes.count)
        return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
    }
}

// Sendable: touched only on the lane.

/// One end of a stream that collects what comes.
final class StreamEnd: SocketHandler, @unchecked Sendable {
    let up = Waiter<Void>()
    let ended = Waiter<[UInt8]>()
    var stream: (any ByteStream)?
    private(set) var bytes: [UInt8] = []
    private(set) var count = 0
    var keeps = true
    private var waiting: [(count: Int, waiter: Waiter<Void>)] = []
    private var drained: Waiter<Void>?

    func socketConnected() { up.resume(with: .success(())) }

    func socketReadable() {
        guard let stream else { return }
        let outcome = stream.read { piece in
            count += piece.count
            if keeps { bytes.append(contentsOf: piece) }
        }
        waiting.removeAll { $0.count <= count && $0.waiter.resume(with: .success(())) }
        switch outcome {
        case .drained: break
        case .endOfStream: ended.resume(with: .success(bytes))
        case .failed(let failure): socketFailed(failure)
        }
    }

    func socketDrained() {
        let drained = drained
        self.drained = nil
        drained?.resume(with: .success(()))
    }

    func socketFailed(_ failure: StreamFailure) {
        stream = nil
        up.resume(with: .failure(failure))
        ended.resume(with: .failure(failure))
        for wait in waiting { wait.waiter.resume(with: .failure(failure)) }
        waiting = []
    }

    /// Waits until so many bytes have come.
    func received(_ wanted: Int) async throws {
        guard count < wanted else { return }
        let waiter = Waiter<Void>()
        waiting.append((wanted, waiter))
        try await waiter.value()
    }

    func sentAll() async throws {
        let waiter = Waiter<Void>()
        drained = waiter
        stream?.tellWhenDrained()
        try await waiter.value()
    }
}
