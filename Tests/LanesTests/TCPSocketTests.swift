import Lanes
import Synchronization
import Testing

@Suite("TCP sockets on a lane", .timeLimit(.minutes(5)))
struct TCPSocketTests {
    @Test("what is sent comes back whole and in order", arguments: [1, 64, 100_000, 3_000_000])
    func echo(size: Int) async throws {
        let lane = try Lane(name: "echo")
        let echo = Echo(lane: lane)
        let address = try await echo.listen()
        let shared = SharedBytes((0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31) })
        let client = Client(lane: lane, expecting: size)
        try await client.connect(to: address)
        await client.send(shared)
        let received = try await client.received.value()
        #expect(shared.withUnsafeBytes { Array($0) } == received)
        await client.close()
        await echo.close()
    }

    @Test func `a closed port is a failed connection with the system's own word`() async throws {
        let client = Client(lane: try Lane(name: "refused"), expecting: 1)
        // Not one that was given up just now: another test may have got it.
        await #expect(throws: StreamFailure.self) { try await client.connect(to: .loopback(port: 1)) }
    }

    @Test func `a reset by the other side is told as a failure`() async throws {
        let lane = try Lane(name: "reset")
        let echo = Echo(lane: lane)
        let address = try await echo.listen()
        let client = Client(lane: lane, expecting: 1)
        try await client.connect(to: address)
        await client.send(SharedBytes(Array("reset".utf8)))
        await #expect(throws: StreamFailure.self) { try await client.received.value() }
        await echo.close()
    }

    @Test func `a thousand connections are served on one lane`() async throws {
        DescriptorLimit.raise()
        let lane = try Lane(name: "many")
        let echo = Echo(lane: lane)
        let address = try await echo.listen()
        let word = SharedBytes(Array("hello phone".utf8))
        let answers = try await withThrowingTaskGroup(of: Bool.self) { group in
            for _ in 0..<1000 {
                group.addTask(executorPreference: lane) {
                    let client = Client(lane: lane, expecting: word.count)
                    try await client.connect(to: address)
                    await client.send(word)
                    let received = try await client.received.value()
                    await client.close()
                    return received == word.withUnsafeBytes { Array($0) }
                }
            }
            return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(answers == 1000)
        await echo.close()
    }

    @Test func `a socket that has always something to write leaves the lane to others`() async throws {
        let lane = try Lane(name: "test")
        let echo = Echo(lane: lane)
        let restless = Restless()
        let address = try await echo.listen()
        try await Task(executorPreference: lane) {
            try restless.start(address, on: lane)
            try await restless.began.value()
        }.value
        // Only a turn of its own gets this to run; the socket never stops by itself.
        let ended = Waiter<Void>()
        lane.run {
            restless.stop()
            ended.resume(with: .success(()))
        }
        try await ended.value()
        await echo.close()
    }
}

/// Is drained, and wants to be told again, without an end.
private final class Restless: SocketHandler, @unchecked Sendable {
    // Sendable: touched only on the lane.
    let began = Waiter<Void>()
    private var socket: TCPSocket?

    func start(_ address: SocketAddress, on lane: Lane) throws {
        socket = try TCPSocket(connectingTo: address, on: lane, handler: self)
    }
    func stop() {
        socket?.close()
        socket = nil
    }
    func socketConnected() { socket?.tellWhenDrained() }
    func socketReadable() {}
    func socketFailed(_ error: StreamFailure) { began.resume(with: .failure(error)) }
    func socketDrained() {
        began.resume(with: .success(()))
        socket?.tellWhenDrained()
    }
}

/// Sends everything back; the word `reset` is answered by a TCP reset.
private actor Echo {
    private let lane: Lane
    private var listener: TCPListener?
    private var connections: [Connection] = []

    nonisolated var unownedExecutor: UnownedSerialExecutor { lane.asUnownedSerialExecutor() }

    init(lane: Lane) { self.lane = lane }

    func listen() throws -> SocketAddress {
        let listener = try TCPListener(at: .loopback(port: 0), on: lane) { [lane] descriptor in
            let connection = Connection(lane: lane)
            connection.start(descriptor)
        }
        self.listener = listener
        return listener.address
    }

    func close() { listener?.close() }

    private final class Connection: SocketHandler, @unchecked Sendable {
        // Sendable: touched only on the lane.
        private let lane: Lane
        private var socket: TCPSocket?

        init(lane: Lane) { self.lane = lane }

        func start(_ descriptor: CInt) { socket = try? TCPSocket(adopting: descriptor, on: lane, handler: self) }
        func socketConnected() {}
        func socketDrained() {}
        func socketFailed(_ error: StreamFailure) {}
        func socketReadable() {
            guard let socket else { return }
            let outcome = socket.read { bytes in
                if bytes.elementsEqual("reset".utf8) { socket.reset() } else { socket.send(Array(bytes)) }
            }
            if outcome != .drained { socket.close() }
        }
    }
}

private actor Client: SocketHandler {
    let received = Waiter<[UInt8]>()
    private let lane: Lane
    private let expected: Int
    private let connected = Waiter<Void>()
    private var socket: TCPSocket?
    private var bytes: [UInt8] = []

    nonisolated var unownedExecutor: UnownedSerialExecutor { lane.asUnownedSerialExecutor() }

    init(lane: Lane, expecting count: Int) {
        self.lane = lane
        expected = count
    }

    func connect(to address: SocketAddress) async throws {
        socket = try TCPSocket(connectingTo: address, on: lane, handler: self)
        try await connected.value()
    }

    func send(_ shared: SharedBytes) { socket?.send(shared, 0..<shared.count) }
    func close() { socket?.close() }

    nonisolated func socketConnected() { connected.resume(with: .success(())) }
    nonisolated func socketDrained() {}
    nonisolated func socketFailed(_ error: StreamFailure) {
        connected.resume(with: .failure(error))
        received.resume(with: .failure(error))
    }
    nonisolated func socketReadable() { assumeIsolated { $0.take() } }

    private func take() {
        guard let socket else { return }
        let outcome = socket.read { bytes.append(contentsOf: $0) }
        if case .failed(let error) = outcome {
            socket.close()
            received.resume(with: .failure(error))
        }
        if bytes.count >= expected { received.resume(with: .success(bytes)) }
    }
}
