import Glibc
public import Lanes

/// A real `sshd` on loopback that stands for the SSH of one simulated server: forwards connections to its phones, and lets
/// one key in as the user who started it.
public actor SimulatedSSHServer {
    /// Who can log in: an `sshd` that is no system service knows nobody else.
    public static var user: String {
        guard let entry = getpwuid(getuid()), let name = entry.pointee.pw_name else { return "root" }
        return String(cString: name)
    }

    /// Where it listens.
    public private(set) var address = SocketAddress.loopback(port: 0)
    /// The lane's.
    public nonisolated var unownedExecutor: UnownedSerialExecutor { lane.asUnownedSerialExecutor() }
    private nonisolated let lane: Lane
    private let programs: SSHPrograms
    private let folder: String
    private let name: String
    private var process: ChildProcess?
    /// As long as this end is open the server runs: it ends with this program, however that ends.
    private var leash: CInt = -1

    /// - Parameters:
    ///   - folder: Where its files go, which must be there.
    ///   - name: What its files begin with.
    public init(_ programs: SSHPrograms, in folder: String, named name: String, on lane: Lane) {
        self.programs = programs
        self.folder = folder
        self.name = name
        self.lane = lane
    }

    /// Makes a key for whoever logs in; its public half, which ``start(letting:)`` takes, stands beside it.
    ///
    /// - Throws: ``SimulatorError``.
    public static func makeKey(_ programs: SSHPrograms, at path: String) throws(SimulatorError) {
        try programs.makeKey(at: path)
    }

    /// Starts it, and waits until it listens.
    ///
    /// - Parameter publicKey: The file of the public key that is let in.
    /// - Throws: ``SimulatorError`` with the server's own words when it ends instead; `CancellationError`.
    public func start(letting publicKey: String) async throws {
        try programs.makeKey(at: "\(folder)/\(name)_host_key")
        // As root it insists on a folder that the system's own service would have made.
        if getuid() == 0 { mkdir("/run/sshd", 0o755) }
        var reason = ""
        // A free port may be taken between our look and its start.
        for _ in 0..<5 {
            let port = try freePort()
            try write(configuration(port, publicKey))
            guard try launch() else { continue }
            if try await listens(port) {
                address = .loopback(port: port)
                return
            }
            reason = lastWords()
            await stop()
        }
        throw SimulatorError(.cannotListen, "start sshd for \(name): \(reason.isEmpty ? "it does not listen" : reason)")
    }

    private func freePort() throws -> UInt16 {
        let listener = try TCPListener(at: .loopback(port: 0), on: lane) { Glibc.close($0) }
        defer { listener.close() }
        return listener.address.port
    }

    private func configuration(_ port: UInt16, _ publicKey: String) -> String {
        """
        ListenAddress 127.0.0.1:\(port)
        HostKey \(folder)/\(name)_host_key
        AuthorizedKeysFile \(publicKey)
        PidFile none
        StrictModes no
        UsePAM no
        PermitRootLogin prohibit-password
        PasswordAuthentication no
        KbdInteractiveAuthentication no
        UseDNS no
        PrintMotd no
        PrintLastLog no
        AllowTcpForwarding local
        PermitOpen 127.0.0.1:*
        MaxStartups 500
        MaxSessions 200
        Subsystem sftp internal-sftp

        """
    }

    private func write(_ text: String) throws(SimulatorError) {
        let path = "\(folder)/\(name)_config"
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        defer { if descriptor >= 0 { Glibc.close(descriptor) } }
        let bytes = Array(text.utf8)
        guard descriptor >= 0, Glibc.write(descriptor, bytes, bytes.count) == bytes.count else {
            throw SimulatorError(.cannotListen, "write \(path)", cause: SystemError("write"))
        }
    }

    /// A shell holds the server, and ends it when the line to this program ends.
    private func launch() throws(SimulatorError) -> Bool {
        var ends: [CInt] = [-1, -1]
        guard pipe(&ends) == 0 else { throw SimulatorError(.cannotListen, "start sshd", cause: SystemError("pipe")) }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        unlink("\(folder)/\(name).log")
        // What a shell runs in the background reads nothing unless it is told to.
        let script = """
            exec 3<&0
            "$@" </dev/null 3<&- & server=$!
            { read -r _ <&3; kill $server; } & watch=$!
            wait $server; code=$?
            kill $watch
            exit $code
            """
        let words = ["/bin/sh", "-c", script, "sh", programs.server, "-D", "-e", "-f", "\(folder)/\(name)_config"]
        process = ChildProcess(words, input: ends[0], log: "\(folder)/\(name).log")
        Glibc.close(ends[0])
        leash = ends[1]
        if process == nil { Glibc.close(leash) }
        return process != nil
    }

    /// Waits until somebody answers at the port; false when the server ended, or stays silent for 10 s.
    private func listens(_ port: UInt16) async throws -> Bool {
        for _ in 0..<500 {
            if process?.end() != nil {
                process = nil
                return false
            }
            if log().contains("listening on 127.0.0.1 port \(port)") { return true }
            try await lane.sleep(for: .milliseconds(20))
        }
        return false
    }

    private func lastWords() -> String { log().split(separator: "\n").last.map(String.init) ?? "" }

    private func log() -> String {
        let descriptor = open("\(folder)/\(name).log", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return "" }
        defer { Glibc.close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 16 << 10)
        let count = read(descriptor, &bytes, bytes.count)
        return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
    }

    /// Ends it; connections that stand go on until their clients end them.
    public func stop() async {
        if leash >= 0 { Glibc.close(leash) }
        leash = -1
        guard let process else { return }
        self.process = nil
        for _ in 0..<500 {
            if process.end() != nil { return }
            // A lane that is stopping sleeps no more.
            guard (try? await lane.sleep(for: .milliseconds(10))) != nil else { break }
        }
        kill(-process.id, SIGKILL)
        _ = process.waitForEnd()
    }
}
