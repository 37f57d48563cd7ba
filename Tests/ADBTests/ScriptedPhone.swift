import ADB
import ADBWire
import Lanes
import Testing

/// One packet, whole.
struct Packet: Equatable, Sendable {
    var message: Message
    var payload: [UInt8] = []

    var command: Command { message.command }
    var arg0: UInt32 { message.arg0 }
    var arg1: UInt32 { message.arg1 }
    var text: String { String(decoding: payload, as: UTF8.self) }
}

/// One connection to a scripted phone: what the host sent, and how to answer.
// Sendable: touched only on the lane.
final class PhoneLine: SocketHandler, @unchecked Sendable {
    private(set) var packets: [Packet] = []
    private(set) var bytesSent = 0
    private(set) var isOver = false
    /// Bytes after which the phone hangs up in mid-word.
    var dropAfter: Int?
    private var socket: TCPSocket?
    private var parser = PacketParser(policy: .ignore)
    private var waiting: [(count: Int, waiter: Waiter<Void>)] = []
    private let script: ScriptedPhone.Script

    init(_ descriptor: CInt, on lane: Lane, script: @escaping ScriptedPhone.Script) throws {
        self.script = script
        socket = try TCPSocket(adopting: descriptor, on: lane, handler: self)
    }

    func send(_ command: Command, _ arg0: UInt32, _ arg1: UInt32, _ payload: [UInt8] = []) {
        sendRaw(Message.packet(command, arg0, arg1, payload: payload))
    }

    func sendRaw(_ bytes: [UInt8]) {
        guard let dropAfter else {
            bytesSent += bytes.count
            socket?.send(bytes)
            return
        }
        let allowed = bytes.prefix(max(0, dropAfter - bytesSent))
        bytesSent += bytes.count
        socket?.send(Array(allowed))
        if bytesSent > dropAfter { hangUp() }
    }

    func hangUp() {
        socket?.closeWhenDrained()
        isOver = true
    }

    /// Waits until the host has sent so many packets.
    func received(_ count: Int) async throws {
        guard packets.count < count else { return }
        let waiter = Waiter<Void>()
        waiting.append((count, waiter))
        try await waiter.value()
    }

    func socketConnected() {}
    func socketDrained() {}
    func socketFailed(_ error: StreamFailure) { isOver = true }

    func socketReadable() {
        var whole: [Packet] = []
        let outcome = socket?.read { bytes in
            try? parser.consume(bytes, maxPayload: PayloadLimit.modern) { event in
                switch event {
                case .header(let message):
                    packets.append(Packet(message: message))
                    if message.length == 0 { whole.append(packets[packets.count - 1]) }
                case .payload(let bytes, let remaining):
                    packets[packets.count - 1].payload += Array(bytes)
                    if remaining == 0 { whole.append(packets[packets.count - 1]) }
                }
            }
        }
        for packet in whole { script(self, packet) }
        for waiter in waiting where waiter.count <= packets.count { waiter.waiter.resume(with: .success(())) }
        waiting.removeAll { $0.count <= packets.count }
        if outcome != .drained {
            socket?.close()
            isOver = true
        }
    }

    func close() {
        socket?.close()
        socket = nil
    }
}

/// A phone whose every answer a test writes; it lives on the client's lane, so that nothing happens at once.
// Sendable: touched only on the lane.
final class ScriptedPhone: @unchecked Sendable {
    typealias Script = @Sendable (PhoneLine, Packet) -> Void

    let lane: Lane
    private(set) var lines: [PhoneLine] = []
    private var listener: TCPListener?
    private var arrivals: [Waiter<Void>] = []

    /// Starts listening on a port of the system's choice; to be called on the lane.
    init(on lane: Lane, dropAfter: Int? = nil, script: @escaping Script) throws {
        self.lane = lane
        listener = try TCPListener(at: .loopback(port: 0), on: lane) { [unowned self] descriptor in
            guard let line = try? PhoneLine(descriptor, on: lane, script: script) else { return }
            line.dropAfter = dropAfter
            lines.append(line)
            for arrival in arrivals { arrival.resume(with: .success(())) }
            arrivals = []
        }
    }

    func address() throws -> SocketAddress { try #require(listener?.address) }

    /// The connection that was accepted first.
    func line() async throws -> PhoneLine {
        if lines.isEmpty {
            let waiter = Waiter<Void>()
            arrivals.append(waiter)
            try await waiter.value()
        }
        return lines[0]
    }

    func close() {
        listener?.close()
        for line in lines { line.close() }
    }

    /// Answers CNXN with a banner, and hands everything else to `then`.
    static func greeting(
        _ features: FeatureSet = .android11, version: ProtocolVersion = .withoutChecksum,
        maxPayload: Int = PayloadLimit.modern, then script: @escaping Script = { _, _ in }
    ) -> Script {
        let banner = Banner(kind: .device, product: "sim", model: "Sim", device: "sim", features: features)
        return { line, packet in
            guard packet.command == .connect else { return script(line, packet) }
            line.send(.connect, version.rawValue, UInt32(maxPayload), Array(banner.text.utf8))
        }
    }

    /// Greets, accepts every stream with id 100 + the host's, and hands WRTEs and OPENs on.
    static func accepting(
        _ features: FeatureSet = .android11, maxPayload: Int = PayloadLimit.modern, then script: @escaping Script
    ) -> Script {
        greeting(features, maxPayload: maxPayload) { line, packet in
            if packet.command == .open { line.send(.okay, packet.arg0 + 100, packet.arg0) }
            script(line, packet)
        }
    }
}

/// Runs a test's body as a task of a lane of its own, with a clock that the test moves.
func onLane<Value: Sendable>(
    _ body: @escaping @Sendable (Lane, ManualClock) async throws -> Value
) async throws -> Value {
    let clock = ManualClock()
    let lane = try Lane(name: "test", clock: clock)
    return try await Task(executorPreference: lane) { try await body(lane, clock) }.value
}

/// Connects to a scripted phone, and closes both in the end.
func withLink<Value: Sendable>(
    _ script: @escaping ScriptedPhone.Script, offer: ADBLink.Offer = ADBLink.Offer(), keys: KeyRing = .none,
    _ body: @escaping @Sendable (ADBLink, PhoneLine, ManualClock) async throws -> Value
) async throws -> Value {
    try await onLane { lane, clock in
        let phone = try ScriptedPhone(on: lane, script: script)
        defer { phone.close() }
        let link = try await ADBLink.connect(to: try phone.address(), on: lane, keys: keys, offer: offer)
        defer { link.close() }
        return try await body(link, phone.line(), clock)
    }
}

/// What a stream told, in order.
// Sendable: touched only on the lane.
final class HeardStream: StreamHandler, @unchecked Sendable {
    enum Event: Equatable {
        case opened, bytes([UInt8]), drained, ended(ADBError.Code?)
    }
    private(set) var events: [Event] = []
    let end = Waiter<Void>()

    func streamOpened() { events.append(.opened) }
    func streamReceived(_ bytes: UnsafeRawBufferPointer) { events.append(.bytes(Array(bytes))) }
    func streamDrained() { events.append(.drained) }
    func streamEnded(_ failure: ADBError?) {
        events.append(.ended(failure?.code))
        end.resume(with: .success(()))
    }
}

/// The code of what `body` throws; nil when it throws nothing or something else.
func code(of body: () async throws -> Void) async -> ADBError.Code? {
    do {
        try await body()
        return nil
    } catch {
        return (error as? ADBError)?.code
    }
}
