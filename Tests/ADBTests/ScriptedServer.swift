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
    private var waiting: [(count: Int, waiter: Waiter<Void>)] = []
    private var socket: TCPSocket?
    private let script: @Sendable (ServerLine, String) -> Void

    init(
        _ descriptor: CInt, on lane: Lane, script: @escaping @Sendable (ServerLine, String) -> Void
    ) throws {
        self.script = script
        socket = try TCPSocket(adopting: descriptor, on: lane, handler: self)
    }

    /// Waits until so many bytes came after the last request.
    func received(_ count: Int) async throws {
        guard raw.count < count else { return }
        let waiter = Waiter<Void>()
        waiting.append((count, waiter))
        try await waiter.value()
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
    func socketFailed(_ error: StreamFailure) {}

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
        for waiter in waiting where waiter.count <= raw.count { waiter.waiter.resume(with: .success(())) }
        waiting.removeAll { $0.count <= raw.count }
        guard outcome != .drained else { return }
        close()
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
    private var waiting: [(count: Int, waiter: Waiter<Void>)] = []
    private var listener: TCPListener?

    init(on lane: Lane, script: @escaping @Sendable (ServerLine, String) -> Void) throws {
        listener = try TCPListener(at: .loopback(port: 0), on: lane) { [unowned self] descriptor in
            guard let line = try? ServerLine(descriptor, on: lane, script: script) else { return }
            lines.append(line)
            for waiter in waiting where waiter.count <= lines.count { waiter.waiter.resume(with: .success(())) }
            waiting.removeAll { $0.count <= lines.count }
        }
    }

    func address() throws -> SocketAddress { try #require(listener?.address) }

    /// Waits until so many connections were made, and gives the last of them.
    func line(_ count: Int) async throws -> ServerLine {
        if lines.count < count {
            let waiter = Waiter<Void>()
            waiting.append((count, waiter))
            try await waiter.value()
        }
        return lines[count - 1]
    }

    var requests: [String] { lines.flatMap(\.requests) }

    func close() {
        listener?.close()
        for line in lines { line.close() }
    }

    /// A server with these phones, which runs `service` on each.
    static func carrying(
        _ list: String, features: FeatureSet = .android14, devpath: String = "usb:1-3",
        service: @escaping @Sendable (ServerLine, String) -> Void
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
            case _ where request.hasSuffix(":get-devpath"):
                line.okay(devpath)
                line.hangUp()
            case _ where request.hasPrefix("host"):
                line.okay("device")
                line.hangUp()
            default: service(line, request)
            }
        }
    }
}
