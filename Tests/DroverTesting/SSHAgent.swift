import Foundation
import Glibc
import Synchronization

/// A real ssh-agent of one test.
public final class SSHAgent: Sendable {
    /// The program.
    public static let program = "/usr/bin/ssh-agent"
    /// The socket, as `SSH_AUTH_SOCK` names it.
    public let path: String
    private let folder: ScratchFolder
    private let process: Mutex<pid_t?>

    /// Starts it and waits until it listens.
    public init() async throws {
        folder = try ScratchFolder()
        let path = "\(folder.path)/agent"
        self.path = path
        let pipe = LinePipe()
        let id: pid_t
        do {
            defer { pipe.closeWriter() }
            id = try spawn(
                [Self.program, "-D", "-a", path], ["PATH": "/usr/bin:/bin"], output: pipe.writer, error: pipe.writer)
        }
        process = Mutex(id)
        // It says where it listens once it does.
        for await _ in pipe.lines { return }
        await stop()
        throw ProgramFailed("ssh-agent did not start: \(await pipe.whole())")
    }

    deinit {
        guard let id = process.withLock({ $0 }) else { return }
        kill(id, SIGKILL)
        reap(id)
    }

    /// Gives it a key without a passphrase.
    ///
    /// - Parameter more: Options of `ssh-add`, such as `-c`: whoever uses the key is asked.
    public func add(_ key: SSHKeyPair, _ more: [String] = []) async throws {
        try await mustRun(["/usr/bin/ssh-add", "-q"] + more + [key.path], ["SSH_AUTH_SOCK": path])
    }

    /// Runs `ssh-add` with other options.
    public func change(_ arguments: [String], _ variables: [String: String] = [:]) async throws {
        try await mustRun(
            ["/usr/bin/ssh-add"] + arguments, variables.merging(["SSH_AUTH_SOCK": path]) { $1 })
    }

    /// Ends it.
    public func stop() async {
        guard
            let id = process.withLock({ id in
                defer { id = nil }
                return id
            })
        else { return }
        kill(id, SIGTERM)
        _ = await exitCode(of: id)
    }
}

/// Something on a socket that says what a test wants, whatever it is asked.
public final class ScriptedAgent: Sendable {
    /// The socket.
    public let path: String
    private let folder: ScratchFolder
    private let listener: CInt

    /// Listens.
    ///
    /// - Parameters:
    ///   - answers: What it says to the first question, the second, and so on; then it hangs up, unless it stays.
    ///   - stays: Whether it keeps silent in the end instead.
    public init(_ answers: [[UInt8]], stays: Bool = false) throws {
        folder = try ScratchFolder()
        path = "\(folder.path)/agent"
        listener = socket(AF_UNIX, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let text = path
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: text.utf8) }
        let isListening = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0 && listen(listener, 4) == 0
            }
        }
        guard isListening else { throw POSIXError(.EADDRNOTAVAIL) }
        let taking = listener
        Thread.detachNewThread {
            let client = accept(taking, nil, nil)
            defer { close(client) }
            var buffer = [UInt8](repeating: 0, count: 65_536)
            for answer in answers {
                guard read(client, &buffer, buffer.count) > 0 else { return }
                _ = send(client, answer, answer.count, CInt(MSG_NOSIGNAL))
            }
            while stays, read(client, &buffer, buffer.count) > 0 {}
        }
    }

    deinit {
        shutdown(listener, CInt(SHUT_RDWR))
        close(listener)
    }
}
