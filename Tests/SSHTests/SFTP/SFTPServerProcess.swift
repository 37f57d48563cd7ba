import DroverTesting
import Foundation
import Glibc
import Lanes
import Synchronization

@testable import SSH

/// Debian's own sftp-server, reached by a pair of sockets; it ends with the test.
final class SFTPServerProcess: Sendable {
    static let program = "/usr/lib/openssh/sftp-server"

    private let id: pid_t
    private let ours: Mutex<CInt?>

    /// Starts one.
    ///
    /// - Parameter shell: Commands for the shell that becomes the server, such as `ulimit -f 100`.
    init(shell: String? = nil, arguments: [String] = []) throws {
        // As in drover: writing to a server that has ended is an error and no end of us.
        signal(SIGPIPE, SIG_IGN)
        var pair: [CInt] = [-1, -1]
        guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0, &pair) == 0 else {
            throw SystemError("socketpair")
        }
        defer { close(pair[1]) }
        _ = fcntl(pair[0], F_SETFL, fcntl(pair[0], F_GETFL) | O_NONBLOCK)
        let words = [Self.program] + arguments
        let null = open("/dev/null", O_RDWR | O_CLOEXEC)
        defer { close(null) }
        do {
            id = try spawn(
                shell.map { ["/bin/sh", "-c", "\($0); exec \"$@\"", "sh"] + words } ?? words, ["LANG": "C.UTF-8"],
                input: pair[1], output: pair[1], error: null)
        } catch {
            close(pair[0])
            throw error
        }
        ours = Mutex(pair[0])
    }

    deinit {
        if let left = ours.withLock({ $0 }) { close(left) }
        kill(id, SIGKILL)
        reap(id)
    }

    /// Our end, once.
    func connect(on lane: Lane, handler: any SocketHandler) throws -> TCPSocket {
        let end = ours.withLock { $0.take() }
        return try TCPSocket(adopting: end ?? -1, on: lane, handler: handler)
    }

    /// Has it do nothing for a while.
    func stop() { kill(id, SIGSTOP) }

    /// Has it go on.
    func goOn() { kill(id, SIGCONT) }

    /// What it has open.
    func openFiles() throws -> [String] {
        let folder = "/proc/\(id)/fd"
        return try FileManager.default.contentsOfDirectory(atPath: folder).compactMap {
            try? FileManager.default.destinationOfSymbolicLink(atPath: "\(folder)/\($0)")  // closed meanwhile
        }
    }
}

/// Runs a test's body on a lane, with a client of a real server.
func withServer(
    shell: String? = nil, arguments: [String] = [], limits: SFTPLimits = SFTPLimits(),
    clock: any LaneClock = SystemClock(),
    _ body: @escaping @Sendable (SFTPClient, SFTPServerProcess) async throws -> Void
) async throws {
    let lane = try Lane(name: "sftp", clock: clock)
    let server = try SFTPServerProcess(shell: shell, arguments: arguments)
    try await Task(executorPreference: lane) {
        let client = try await SFTPClient.start(name: "enc-a", on: lane, limits: limits) {
            try server.connect(on: lane, handler: $0)
        }
        defer { client.close() }
        try await body(client, server)
    }.value
}

// Sendable: touched only on the client's lane.

/// Keeps what a download brings.
final class MemorySink: SFTPSink, @unchecked Sendable {
    private(set) var bytes: [UInt8] = []
    var pauses = 0

    func write(_ bytes: UnsafeRawBufferPointer) { self.bytes.append(contentsOf: bytes) }

    var isFull: Bool {
        pauses -= 1
        return pauses >= 0
    }
}

extension SFTPUploadOptions {
    static let test = SFTPUploadOptions(tag: "0123abcd")
}

func contents(of path: String) throws -> [UInt8] { try Array(Data(contentsOf: URL(filePath: path))) }

/// Bytes that look like nothing, each mebibyte another, without the time that so many random ones take.
func manyBytes(_ count: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(count + mebibyte.count)
    while bytes.count < count {
        withUnsafeBytes(of: bytes.count) { bytes.append(contentsOf: $0) }
        bytes.append(contentsOf: mebibyte)
    }
    bytes.removeLast(bytes.count - count)
    return bytes
}

private let mebibyte = SeededNumbers.bytes(1 << 20)
