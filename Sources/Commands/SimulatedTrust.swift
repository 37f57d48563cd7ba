import Crypto
import Glibc
import Lanes
import Simulator

/// Where something lies that belongs to a farm file.
struct FileBeside {
    private let start: String

    /// - Parameters:
    ///   - farmFile: The farm file; nil for one that is printed.
    ///   - folder: Where what belongs to a printed one lies.
    init(_ farmFile: String?, orIn folder: String) {
        guard let farmFile else {
            start = "\(folder)/"
            return
        }
        let path = farmFile.hasPrefix("/") ? farmFile : "\(currentFolder())/\(farmFile)"
        let end = [".yml", ".yaml"].first { path.hasSuffix($0) } ?? ""
        start = "\(path.dropLast(end.count))-"
    }

    /// `sim-ca.pem` beside `sim.yml`, as a whole path.
    func path(_ name: String) -> String { start + name }
}

/// The authority that a simulated cloud is trusted by, made when it starts.
struct SimulatedTrust {
    /// The file of its certificate.
    let path: String
    let identity: TLSIdentity

    /// - Throws: `CryptoError`, or ``CommandFailure`` when the file cannot be written.
    init(certificate path: String) throws {
        self.path = path
        let now = Int64(time(nil))
        // Some clients refuse more than 398 days.
        let term = now - 3600..<now + 397 * 86_400
        let authority = try CertificateAuthority(name: "drover simulated cloud", valid: term)
        identity = try authority.identity(for: ["127.0.0.1", "localhost"], valid: term)
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw CommandFailure("cannot write \(path): \(SystemError("open").reason)") }
        Terminal(descriptor: descriptor).write(authority.pem)
        close(descriptor)
    }

    func remove() { unlink(path) }
}

/// The SSH servers of a simulated cloud, one for each of its servers.
struct SimulatedTunnels {
    /// The private key that they let in.
    let key: String
    private let servers: [SimulatedSSHServer]

    /// Starts them, a few at a time.
    ///
    /// - Throws: ``SimulatorError`` when there is no `sshd`, or when one does not start; `CancellationError`.
    static func start(_ count: Int, key: String, folder: String, lanes: [Lane]) async throws -> Self {
        let programs = try SSHPrograms()
        try SimulatedSSHServer.makeKey(programs, at: key)
        let servers = (0..<count).map {
            SimulatedSSHServer(programs, in: folder, named: "sshd-\($0 + 1)", on: lanes[$0 % lanes.count])
        }
        let made = Self(key: key, servers: servers)
        do {
            try await withThrowingTaskGroup(of: Void.self) { group in
                var waiting = servers.makeIterator()
                func next() {
                    guard let server = waiting.next() else { return }
                    group.addTask { try await server.start(letting: "\(key).pub") }
                }
                for _ in 0..<8 { next() }
                while try await group.next() != nil { next() }
            }
        } catch {
            await made.stop()
            throw error
        }
        return made
    }

    var ports: [UInt16] {
        get async {
            var ports: [UInt16] = []
            for server in servers { ports.append(await server.address.port) }
            return ports
        }
    }

    func stop() async {
        for server in servers { await server.stop() }
        unlink(key)
        unlink("\(key).pub")
    }
}
