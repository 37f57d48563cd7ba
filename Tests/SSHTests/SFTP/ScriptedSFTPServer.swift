import Glibc
import Lanes

@testable import SSH

// Sendable: touched only on its lane.

/// The other end of a channel, which answers as a test says, byte by byte.
final class ScriptedSFTPServer: SocketHandler, @unchecked Sendable {
    /// One request as it came.
    struct Request {
        let kind: UInt8
        let id: UInt32
        /// What stands behind the number.
        let body: [UInt8]
    }

    /// In which order requests that came together are answered.
    enum Order {
        case asAsked
        case lastFirst
    }

    /// The greeting of a server without extensions.
    static let greeting: [UInt8] = [0, 0, 0, 5, 2, 0, 0, 0, 3]

    private var socket: TCPSocket?
    private var cutter = SFTPPacketCutter()
    private let answer: @Sendable (Request) -> [UInt8]?
    private let greeting: [UInt8]?
    private let order: Order

    private init(greeting: [UInt8]?, _ order: Order, _ answer: @escaping @Sendable (Request) -> [UInt8]?) {
        self.greeting = greeting
        self.order = order
        self.answer = answer
    }

    /// Runs a test's body with a client of a server that answers each request with these bytes, or closes at nil.
    static func run(
        greeting: [UInt8]? = ScriptedSFTPServer.greeting, limits: SFTPLimits = SFTPLimits(),
        order: Order = .asAsked, clock: any LaneClock = SystemClock(),
        answer: @escaping @Sendable (Request) -> [UInt8]?,
        _ body: @escaping @Sendable (SFTPClient) async throws -> Void
    ) async throws {
        let lane = try Lane(name: "sftp", clock: clock)
        signal(SIGPIPE, SIG_IGN)
        var pair: [CInt] = [-1, -1]
        let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
        guard socketpair(AF_UNIX, kind, 0, &pair) == 0 else { throw SystemError("socketpair") }
        let (ours, theirs) = (pair[0], pair[1])
        try await Task(executorPreference: lane) {
            let server = ScriptedSFTPServer(greeting: greeting, order, answer)
            server.socket = try TCPSocket(adopting: theirs, on: lane, handler: server)
            defer { server.socket?.close() }
            var adopted: TCPSocket?
            do {
                let client = try await SFTPClient.start(name: "enc-a", on: lane, limits: limits) { handler in
                    let socket = try TCPSocket(adopting: ours, on: lane, handler: handler)
                    adopted = socket
                    return socket
                }
                defer { client.close() }
                try await body(client)
            } catch {
                adopted?.close()
                throw error
            }
        }.value
    }

    func socketConnected() {}
    func socketDrained() {}
    func socketFailed(_ failure: StreamFailure) {}

    func socketReadable() {
        guard let socket else { return }
        var requests: [Request] = []
        let outcome = try? socket.read { bytes in
            try cutter.feed(bytes, tooLong: { SFTPError(.lost, "", "\($0)") }) { packet throws(SFTPError) in
                let isGreeting = packet[0] == SFTPKind.start
                let id = isGreeting ? 0 : UInt32(bigEndian: packet.loadUnaligned(fromByteOffset: 1, as: UInt32.self))
                requests.append(Request(kind: packet[0], id: id, body: Array(packet.dropFirst(5))))
            }
        }
        if order == .lastFirst { requests.reverse() }
        for request in requests {
            let bytes = request.kind == SFTPKind.start ? greeting : answer(request)
            guard let bytes else { return socket.close() }
            socket.send(bytes)
        }
        if outcome != .drained { socket.close() }
    }
}

/// Packets that servers send.
enum Reply {
    static func status(_ id: UInt32, _ code: UInt32, _ message: String = "") -> [UInt8] {
        var packet = SFTPEncoder(SFTPKind.status)
        packet.append(id)
        packet.append(code)
        packet.append(Array(message.utf8))
        packet.append([UInt8]())
        return packet.finish()
    }

    static func handle(_ id: UInt32, _ handle: [UInt8] = [1]) -> [UInt8] { string(SFTPKind.handle, id, handle) }

    static func data(_ id: UInt32, _ bytes: [UInt8]) -> [UInt8] { string(SFTPKind.data, id, bytes) }

    static func attributes(_ id: UInt32, _ attributes: SFTPAttributes) -> [UInt8] {
        var packet = SFTPEncoder(SFTPKind.attributes)
        packet.append(id)
        attributes.append(to: &packet)
        return packet.finish()
    }

    static func names(_ id: UInt32, _ names: [(name: [UInt8], mode: UInt32)], count: UInt32? = nil) -> [UInt8] {
        var packet = SFTPEncoder(SFTPKind.name)
        packet.append(id)
        packet.append(count ?? UInt32(names.count))
        for (name, mode) in names {
            packet.append(name)
            packet.append(name)
            var attributes = SFTPAttributes()
            attributes.mode = mode
            attributes.size = 0
            attributes.append(to: &packet)
        }
        return packet.finish()
    }

    private static func string(_ kind: UInt8, _ id: UInt32, _ bytes: [UInt8]) -> [UInt8] {
        var packet = SFTPEncoder(kind)
        packet.append(id)
        packet.append(bytes)
        return packet.finish()
    }

    static func regular(_ size: UInt64) -> SFTPAttributes {
        var attributes = SFTPAttributes(mode: nil, modified: 0)
        attributes.mode = 0o100644
        attributes.size = size
        return attributes
    }
}
