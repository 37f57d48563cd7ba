import ADBWire
import Lanes
import Testing

@testable import Simulator

/// A packet as a test sees it.
struct Packet: Equatable, CustomStringConvertible {
    var command: Command
    var arg0: UInt32
    var arg1: UInt32
    var payload: [UInt8] = []

    var text: String { String(decoding: payload, as: UTF8.self) }
    var description: String { "\(command)(\(arg0), \(arg1), \(payload.count) bytes: \(text.prefix(60)))" }
}

/// A host that says exactly what a test tells it to, byte by byte.
actor ScriptedHost: SocketHandler {
    enum Ending: Error, Equatable { case closed, reset, refused }

    let lane: Lane
    nonisolated var unownedExecutor: UnownedSerialExecutor { lane.asUnownedSerialExecutor() }
    private var socket: TCPSocket?
    private var bytes: [UInt8] = []
    private var ending: Ending?
    private var waiting: (() -> Void)?
    private var nextStream: UInt32 = 0

    init(_ phone: SimulatedPhone) async throws {
        lane = phone.lane
        guard let address = phone.address else { throw Ending.refused }
        try await connect(to: address)
    }

    private func connect(to address: SocketAddress) async throws {
        socket = try TCPSocket(connectingTo: address, on: lane, handler: self)
    }

    nonisolated func socketConnected() {}
    nonisolated func socketDrained() {}
    nonisolated func socketReadable() { assumeIsolated { $0.read() } }
    nonisolated func socketFailed(_ error: StreamFailure) {
        assumeIsolated { $0.end(error.operation == "connect" ? .refused : .reset) }
    }

    private func read() {
        guard let socket else { return }
        switch socket.read({ bytes.append(contentsOf: $0) }) {
        case .drained: if bytes.count > 8 << 20 { socket.pauseReading() }  // a flood must not fill this host
        case .endOfStream: end(.closed)
        case .failed: end(.reset)
        }
        waiting?()
    }

    private func end(_ ending: Ending) {
        self.ending = ending
        socket?.close()
        socket = nil
        waiting?()
    }

    func close() { if ending == nil { end(.closed) } }

    // MARK: Saying

    func say(_ bytes: [UInt8]) { socket?.send(bytes) }

    func say(_ command: Command, _ arg0: UInt32, _ arg1: UInt32, _ payload: [UInt8] = [], checksum: Bool = true) {
        say(Message.packet(command, arg0, arg1, payload: payload, checksum: checksum))
    }

    func say(_ command: Command, _ arg0: UInt32, _ arg1: UInt32, _ text: String) {
        say(command, arg0, arg1, Array(text.utf8))
    }

    // MARK: Hearing

    /// Waits until `body` finds what it wants in the bytes that came.
    private func wait<Value: Sendable>(_ body: () -> Value?) async throws -> Value {
        while true {
            if let value = body() { return value }
            if let ending { throw ending }
            socket?.resumeReading()
            await withCheckedContinuation { continuation in
                waiting = { [self] in
                    waiting = nil
                    continuation.resume()
                }
            }
        }
    }

    /// The next packet, whatever it is.
    func hear() async throws -> Packet {
        try await wait {
            guard let message = bytes.withUnsafeBytes({ Message($0) }) else { return nil }
            let end = Message.size + Int(message.length)
            guard message.length < 1 << 21, bytes.count >= end else { return nil }
            defer { bytes.removeFirst(end) }
            return Packet(
                command: message.command, arg0: message.arg0, arg1: message.arg1,
                payload: Array(bytes[Message.size..<end]))
        }
    }

    /// The next packet, which should be of a kind.
    @discardableResult
    func hear(_ command: Command) async throws -> Packet {
        let packet = try await hear()
        #expect(packet.command == command)
        return packet
    }

    /// The next bytes, at least `count` of them, without taking packets apart.
    func hearBytes(_ count: Int) async throws -> [UInt8] {
        try await wait { bytes.count >= count ? bytes : nil }
    }

    /// Waits for the end of the connection.
    func hearEnd() async -> Ending {
        do {
            let _: Int = try await wait { nil }
        } catch let ending as Ending {
            return ending
        } catch {}
        return .closed
    }

    // MARK: Conversations

    /// CNXN and its answer.
    @discardableResult
    func shakeHands(
        features: String = "shell_v2,cmd,stat_v2,ls_v2", maxPayload: UInt32 = 1 << 20,
        answeredBy command: Command = .connect
    ) async throws -> Packet {
        say(.connect, 0x0100_0001, maxPayload, "host::features=\(features)")
        return try await hear(command)
    }

    /// Opens a stream; the phone's id.
    func open(_ service: String, window: UInt32 = 0) async throws -> (mine: UInt32, phones: UInt32) {
        nextStream += 1
        say(.open, nextStream, window, service + "\0")
        // An acknowledgement that came too late for an earlier stream may be answered first.
        while true {
            let answer = try await hear()
            guard answer.arg1 == nextStream else { continue }
            guard answer.command == .okay else { throw Ending.refused }
            return (nextStream, answer.arg0)
        }
    }

    /// Acknowledges everything until the phone closes the stream; all bytes of it.
    func hearAll(_ stream: (mine: UInt32, phones: UInt32)) async throws -> [UInt8] {
        var gathered: [UInt8] = []
        while true {
            let packet = try await hear()
            guard packet.arg1 == stream.mine else { continue }
            switch packet.command {
            case .write:
                gathered += packet.payload
                say(.okay, stream.mine, stream.phones)
            case .close: return gathered
            default: continue
            }
        }
    }

    /// Runs a service to its end.
    func run(_ service: String) async throws -> [UInt8] { try await hearAll(open(service)) }
}

/// Phones that listen, on a clock that the test owns, and are stopped on every way out.
func withFarm(
    _ options: SimulationOptions, clock: any LaneClock = SystemClock(),
    _ body: (SimulatedFarm) async throws -> Void
) async throws {
    let farm = SimulatedFarm(options, lanes: try Lane.pool(2, clock: clock))
    try await farm.start()
    do {
        try await body(farm)
    } catch {
        await farm.stop()
        throw error
    }
    await farm.stop()
}

/// One phone and a host that is connected to it.
func withPhone(
    _ profile: Profile = .android14, fault: String? = nil, authentication: Authentication = .none,
    clock: any LaneClock = SystemClock(), _ body: (ScriptedHost, SimulatedPhone) async throws -> Void
) async throws {
    let faults = fault.flatMap { FaultAssignment($0) }.map { [$0] } ?? []
    let options = SimulationOptions(phones: 1, profiles: [profile], faults: faults, authentication: authentication)
    try await withFarm(options, clock: clock) { farm in
        let host = try await ScriptedHost(farm.phones[0])
        do {
            try await body(host, farm.phones[0])
        } catch {
            await host.close()
            throw error
        }
        await host.close()
    }
}
