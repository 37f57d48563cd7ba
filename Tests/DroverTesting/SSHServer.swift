import Foundation
import Glibc
import Synchronization

/// A real OpenSSH `sshd` on loopback with a folder, a configuration, keys and ports of its own.
///
/// It runs as the current user, who is also the only one that it lets in where that is not root.
public final class SSHServer: Sendable {
    /// What a test wants of the server.
    public struct Options: Sendable {
        /// On how many ports it listens, up to 16.
        public var portCount = 1
        /// The host keys that it has.
        public var hostKeys: [SSHKeyType] = [.ed25519]
        /// Lines of `sshd_config`, which win over the standard ones.
        public var lines: [String] = []

        /// One port, an Ed25519 key and nothing special.
        public init() {}
    }

    /// The program.
    public static let program = "/usr/sbin/sshd"
    /// Whether it is installed.
    public static var isThere: Bool { access(program, X_OK) == 0 && access(SSHKeyMaker.program, X_OK) == 0 }
    /// Who can log in.
    public static var user: String { NSUserName() }

    /// Where it listens, and will listen again when it was ended.
    public var ports: [UInt16] { held.ports }
    /// The first of its ports.
    public var port: UInt16 { held.ports[0] }
    /// What it says, over all of its lives.
    public let log = SSHServerLog()
    /// Makes keys in the server's folder.
    public let keys: SSHKeyMaker
    private let folder: ScratchFolder
    private let held: HeldPorts
    private let hostKeys: Mutex<[SSHKeyType: SSHKeyPair]>
    private let process = Mutex<pid_t?>(nil)
    private let options: Options

    /// Makes folder, keys and configuration; ``start()`` starts it.
    ///
    /// - Throws: ``ProgramFailed`` when a key cannot be made.
    public init(_ options: Options = Options()) async throws {
        folder = try ScratchFolder()
        self.options = options
        held = try HeldPorts(options.portCount)
        keys = SSHKeyMaker(in: folder)
        var made: [SSHKeyType: SSHKeyPair] = [:]
        for type in options.hostKeys { made[type] = try await keys.make(type, name: "host_\(type)") }
        hostKeys = Mutex(made)
        try folder.write("", to: "authorized_keys")
        try writeConfiguration()
        // As root it insists on a folder that the system's own service would have made.
        if getuid() == 0 { mkdir("/run/sshd", 0o755) }
    }

    deinit {
        guard let id = process.withLock({ $0 }) else { return }
        ProcessTree.killDescendants(of: id)
        kill(id, SIGKILL)
        reap(id)
    }

    private func writeConfiguration() throws {
        let path = folder.path
        // Of most settings the first line counts, but of some the last.
        let set = options.lines.map { $0.prefix { $0 != " " } + " " }
        let lines =
            options.lines
            + ports.map { "ListenAddress 127.0.0.1:\($0)" }
            + options.hostKeys.map { "HostKey \(path)/host_\($0)" }
            + [
                "AuthorizedKeysFile \(path)/authorized_keys", "PidFile none", "StrictModes no", "UsePAM no",
                "LogLevel VERBOSE", "PermitRootLogin prohibit-password", "PasswordAuthentication no",
                // What the user's own shell reads when it starts is none of the tests' business.
                "SetEnv HOME=\(path)",
                "KbdInteractiveAuthentication no", "UseDNS no", "PrintMotd no", "PrintLastLog no", "AcceptEnv *",
                "MaxStartups 500", "MaxSessions 200", "PerSourceMaxStartups none",
                "Subsystem sftp /usr/lib/openssh/sftp-server",
            ].filter { line in !set.contains { line.hasPrefix($0) } }
        try folder.write(lines.joined(separator: "\n") + "\n", to: "sshd_config")
    }

    /// The host key of a kind.
    public func hostKey(_ type: SSHKeyType = .ed25519) -> SSHKeyPair? { hostKeys.withLock { $0[type] } }

    /// Lets a key in, on top of those that it lets in already.
    ///
    /// - Parameter rules: What `authorized_keys` has before the key: `no-port-forwarding`, `command="..."`.
    public func authorize(_ key: SSHKeyPair, rules: String = "") throws {
        let known = RepositoryFile.text(at: "\(folder.path)/authorized_keys") ?? ""
        try folder.write(known + (rules.isEmpty ? "" : rules + " ") + key.publicLine + "\n", to: "authorized_keys")
    }

    /// Replaces a host key; the server shows the new one after its next start.
    public func changeHostKey(_ type: SSHKeyType = .ed25519) async throws {
        for name in ["host_\(type)", "host_\(type).pub"] { try folder.remove(name) }
        let new = try await keys.make(type, name: "host_\(type)")
        hostKeys.withLock { $0[type] = new }
    }

    /// Starts the server and waits until it listens on all of its ports.
    ///
    /// - Throws: ``ProgramFailed`` with its own words when it ends instead.
    public func start() async throws {
        let mark = log.mark
        let pipe = LinePipe()
        do {
            defer { pipe.closeWriter() }
            let words = [Self.program, "-D", "-e", "-f", "\(folder.path)/sshd_config"]
            let id = try spawn(words, ["PATH": "/usr/sbin:/usr/bin"], output: pipe.writer, error: pipe.writer)
            process.withLock { $0 = id }
        }
        log.follow(pipe)
        for port in ports {
            guard await log.line(containing: "Server listening on 127.0.0.1 port \(port).", after: mark) != nil else {
                await stop()
                throw ProgramFailed("sshd did not start: \(log.text)")
            }
        }
    }

    /// Ends the server and all sessions at once, as a machine does that loses its power; it can be started again.
    public func stop() async {
        guard
            let id = process.withLock({ id in
                defer { id = nil }
                return id
            })
        else { return }
        ProcessTree.killDescendants(of: id)
        kill(id, SIGKILL)
        _ = await exitCode(of: id)
    }

    /// Ends every session at once; the server takes new ones.
    public func endSessions() {
        process.withLock { id in
            if let id { ProcessTree.killDescendants(of: id) }
        }
    }

    /// Runs `body` beside a running server.
    public static func serving<Answer>(
        _ options: Options = Options(), _ body: (SSHServer) async throws -> Answer
    ) async throws -> Answer {
        let server = try await SSHServer(options)
        try await server.start()
        do {
            let answer = try await body(server)
            await server.stop()
            return answer
        } catch {
            await server.stop()
            throw error
        }
    }
}
