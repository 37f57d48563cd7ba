public import Farm
public import Lanes
import Synchronization
public import Tunnels

/// Tunnels that are none: every stream goes straight to its address over TCP.
///
/// They count who dials, and are cut on command.
public final class StraightTunnels: TunnelDialing {
    /// What a host does when it is dialled.
    public enum Answer: Sendable {
        case connect
        /// It fails so.
        case fail(PhoneError)
        /// It keeps silent until ``release()``.
        case wait
        /// It keeps silent until ``release()``, and fails so then.
        case waitAndFail(PhoneError)
    }

    private struct State {
        var dialled: [(hop: SSHHop, isBehind: Bool)] = []
        var answers: [Answer] = []
        var carriers: [StraightCarrier] = []
        var silentPorts: Set<UInt16> = []
        var waiting: [Waiter<Void>] = []
    }
    private let state = Mutex(State())

    /// Hosts that let everybody in.
    public init() {}

    /// Has the next dials answered so, one after the other; then hosts let everybody in again.
    public func answer(_ answers: Answer...) { state.withLock { $0.answers += answers } }

    /// Has those go on that were kept waiting.
    public func release() {
        let waiting = state.withLock { state in
            defer { state.waiting = [] }
            return state.waiting
        }
        for waiter in waiting { waiter.resume(with: .success(())) }
    }

    /// The names of the hosts that were dialled, in order; those behind another one with an arrow before them.
    public var dialled: [String] {
        state.withLock { $0.dialled.map { ($0.isBehind ? "->" : "") + ($0.hop.name ?? "\($0.hop)") } }
    }

    /// Has every further connection meet silence at a port.
    public func silence(_ port: UInt16) { state.withLock { _ = $0.silentPorts.insert(port) } }

    /// Every connection that was made, cut ones too.
    public var carriers: [StraightCarrier] { state.withLock { $0.carriers } }

    private func beReleased() async throws {
        let waiter = Waiter<Void>()
        state.withLock { $0.waiting.append(waiter) }
        try await waiter.value()
    }

    /// Connects.
    public func connect(
        to hop: SSHHop, through carrier: (any TunnelCarrier)?, on lane: Lane
    ) async throws -> any TunnelCarrier {
        let answer = state.withLock { state in
            state.dialled.append((hop, carrier != nil))
            return state.answers.isEmpty ? Answer.connect : state.answers.removeFirst()
        }
        switch answer {
        case .connect: break
        case .fail(let error): throw error
        case .wait: try await beReleased()
        case .waitAndFail(let error):
            try await beReleased()
            throw error
        }
        let made = StraightCarrier(on: lane)
        made.silentPorts = state.withLock { $0.silentPorts }
        state.withLock { $0.carriers.append(made) }
        return made
    }
}

// Sendable: touched only on `lane`.

/// A connection of ``StraightTunnels``.
public final class StraightCarrier: TunnelCarrier, @unchecked Sendable {
    /// Where it lives.
    public let lane: Lane
    /// Why it ended.
    public private(set) var failure: StreamFailure?
    /// Whether its owner closed it.
    public private(set) var isClosed = false
    private var streams: [StraightStream] = []

    init(on lane: Lane) { self.lane = lane }

    /// The ports that nobody answers at, as behind a firewall that drops everything.
    public var silentPorts: Set<UInt16> = []
    /// Whether no stream waits for a port that keeps silent.
    public var canOpen: Bool { silenceCount == 0 }
    private var silenceCount = 0

    /// Streams that were opened in it and are not over.
    public var openCount: Int { streams.filter { !$0.isOver }.count }

    /// Opens a TCP connection.
    public func openStream(to address: Address, handler: any SocketHandler) -> any ByteStream {
        let isSilent = silentPorts.contains(address.port)
        if isSilent { silenceCount += 1 }
        let stream = StraightStream(to: address, on: lane, isSilent: isSilent, handler: handler)
        streams.removeAll(where: \.isOver)
        streams.append(stream)
        return stream
    }

    /// Breaks it, as a network does.
    public func cut() {
        end(StreamFailure("talk to the host", "the host closed the connection"))
    }

    /// Ends it.
    public func close() {
        isClosed = true
        end(StreamFailure("use the host", "the connection was closed"))
    }

    private func end(_ failure: StreamFailure) {
        guard self.failure == nil else { return }
        self.failure = failure
        for stream in streams { stream.break(failure) }
        streams = []
    }
}

// Sendable: touched only on the lane.

/// A TCP connection that can be broken from behind.
private final class StraightStream: ByteStream, SocketHandler, @unchecked Sendable {
    let lane: Lane
    private var socket: TCPSocket?
    private var handler: (any SocketHandler)?
    private(set) var isOver = false

    init(to address: Address, on lane: Lane, isSilent: Bool, handler: any SocketHandler) {
        self.lane = lane
        self.handler = handler
        if isSilent { return }
        guard let numeric = SocketAddress(numeric: address.host, port: address.port) else {
            lane.run { self.break(StreamFailure("connect", "nobody knows \(address.host)")) }
            return
        }
        do throws(SystemError) {
            socket = try TCPSocket(connectingTo: numeric, on: lane, handler: self)
        } catch {
            lane.run { self.break(StreamFailure(error)) }
        }
    }

    func `break`(_ failure: StreamFailure) {
        guard !isOver else { return }
        let handler = handler
        close()
        handler?.socketFailed(failure)
    }

    var queuedByteCount: Int { socket?.queuedByteCount ?? 0 }
    func read(atMost bound: Int, _ body: (UnsafeRawBufferPointer) throws -> Void) rethrows -> StreamReadOutcome {
        try socket?.read(atMost: bound, body) ?? .drained
    }
    func send(_ bytes: [UInt8]) { socket?.send(bytes) }
    func send(_ shared: SharedBytes, _ range: Range<Int>) { socket?.send(shared, range) }
    func tellWhenDrained() { socket?.tellWhenDrained() }
    func pauseReading() { socket?.pauseReading() }
    func resumeReading() { socket?.resumeReading() }
    func rest(for duration: Duration, while isWanted: @escaping @Sendable () -> Bool) {
        socket?.rest(for: duration, while: isWanted)
    }
    func endSending() { socket?.endSending() }
    func closeWhenDrained() {
        isOver = true
        handler = nil
        socket?.closeWhenDrained()
    }
    func close() {
        isOver = true
        handler = nil
        socket?.close()
        socket = nil
    }

    func socketConnected() { handler?.socketConnected() }
    func socketReadable() { handler?.socketReadable() }
    func socketDrained() { handler?.socketDrained() }
    func socketFailed(_ failure: StreamFailure) { self.break(failure) }
}
