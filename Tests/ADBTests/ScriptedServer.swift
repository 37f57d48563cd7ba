import ADBWire
import Lanes
import Testing

@testable import ADB

/// One connection to a scripted adb server.
// Sendable: touched only on the lane.
final class ServerLine: SocketHandler, @unchecked Sendable {
    private(set) var requests: [String] = []
    /// What came after the last request.
    private(set) var raw: [UInt8] = []
    var isRaw = false
    private var pending: [UInt8] = []
    private var socket: TCPSocket?
    private let script: @Sendable (ServerLine, String) -> Void
    private let ended: @Sendable () -> Void

    init(
        _ descriptor: CInt, on lane: Lane, script: @escaping @Sendable (ServerLine, String) -> Void,
        ended: @escaping @Sendable () -> Void
    ) throws {
        self.script = script
        self.ended = ended
        socket = try TCPSocket(adopting: descriptor, on: lane, handler: self)
    }

    func okay(_ text: String? = nil) {
        send("OKAY")
        if let text { send(String(decoding: ServerFraming.hex4(text.utf8.count), as: UTF8.self) + text) }
    }

    func fail(_ text: String) {
        send("FAIL" + String(decoding: ServerFraming.hex4(text.utf8.count), as: UTF8.self) + text)
        hangUp()
    }

    func send(_ text: String) { socket?.send(Array(text.utf8)) }
    func send(_ bytes: [UInt8]) { socket?.send(bytes) }
    func hangUp() { socket?.closeWhenDrained() }

    func socketConnected() {}
    func socketDrained() {}
    func socketFailed(_ error: SystemError) { ended() }

    func socketReadable() {
        let outcome = socket?.read { bytes in
            if isRaw { raw += Array(bytes) } else { pending += Array(bytes) }
        }
        while !isRaw, let length = try? ServerFraming.length(pending.prefix(4)), pending.count >= 4 + length {
            let request = String(decoding: pending[4..<(4 + length)], as: UTF8.self)
            pending.removeFirst(4 + length)
            requests.append(request)
            script(self, request)
        }
        guard outcome != .drained else { return }
        close()
        ended()
    }

    func close() {
        socket?.close()
        socket = nil
    }
}

/// An adb server whose every answer a test writes.
// Sendable: touched only on the lane.
final class ScriptedServer: @unchecked Sendable {
    private(set) var lines: [ServerLine] = []
    /// How many connections were open at once at most.
    private(set) var mostOpen = 0
    private var open = 0
    private var listener: TCPListener?

    init(on lane: Lane, script: @escaping @Sendable (ServerLine, String) -> Void) throws {
        listener = try TCPListener(at: .loopback(port: 0), on: lane) { [unowned self] descriptor in
            let made = try? ServerLine(descriptor, on: lane, script: script) { [weak self] in self?.open -= 1 }
            guard let line = made else { return }
            lines.append(line)
            open += 1
            mostOpen = max(mostOpen, open)
        }
    }

    func address() throws -> SocketAddress { try #require(listener?.address) }

    var requests: [String] { lines.flatMap(\.requests) }

    func close() {
        listener?.close()
        for line in lines { line.close() }
    }

    /// A server with these phones, which runs `service` on each.
    static func carrying(
        _ list: String, features: FeatureSet = .android14, service: @escaping @Sendable (ServerLine, String) -> Void
    ) -> @Sendable (ServerLine, String) -> Void {
        { line, request in
            switch request {
            case "host:devices-l":
                line.okay(list)
                line.hangUp()
            case _ where request.hasSuffix(":features"):
                line.okay(features.description)
                line.hangUp()
            case _ where request.hasPrefix("host:transport"): line.okay()
            case _ where request.hasPrefix("host"):
                line.okay("device")
                line.hangUp()
            default: service(line, request)
            }
        }
    }
}
