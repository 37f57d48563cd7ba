public import ADBWire
import Crypto
public import Lanes

// Sendable: everything mutable is touched only on `lane`; public calls check that they are on it.

/// A link to one phone over TCP that we speak ourselves.
///
/// Packets are cut from the lane's buffer and handed to streams by plain calls; tasks are woken only when a
/// conversation is over. Answers to packets leave together, at the end of the turn.
public final class ADBLink: ADBConnection, @unchecked Sendable {
    enum State {
        case connecting
        /// CNXN has been sent; `keysTried` signatures after it.
        case greeting(keysTried: Int)
        /// Our public key was sent; a person has to accept it.
        case prompting
        case open
        case ended(ADBError)
    }

    /// The lane on which everything happens.
    public let lane: Lane
    /// The address, for messages.
    public let name: String
    /// The limits of the phases.
    public let limits: LinkLimits
    /// What the phone said about itself.
    public internal(set) var banner = Banner(kind: .host)
    /// The features that both sides have.
    public internal(set) var features: FeatureSet = []
    /// The largest payload of one packet.
    public internal(set) var maxPayload = PayloadLimit.legacy
    /// The version that both sides speak.
    public internal(set) var version = ProtocolVersion.original

    let keys: KeyRing
    let offer: Offer
    let ready = Waiter<Void>()
    var state = State.connecting
    var phaseTimer: LaneTimer?
    var candidates: [HostKey] = []
    var packets = PacketInbox()

    private var socket: (any ByteStream)?
    private var parser = PacketParser()
    private var streams = StreamTable()
    /// Bytes of packets for no stream since one was closed last.
    var unclaimed = 0
    private var control: [UInt8] = []
    private var isReading = false
    private(set) var hasReceived = false

    /// The window that a stream gives the phone under `delayed_ack`: enough for any sane path, little memory.
    static let receiveWindow: UInt32 = 8 << 20
    /// How much may wait in the socket before streams hold back.
    private static let socketHighWater = 2 << 20

    private init(name: String, on lane: Lane, keys: KeyRing, limits: LinkLimits, offer: Offer) {
        self.name = name
        self.lane = lane
        self.keys = keys
        self.limits = limits
        self.offer = offer
    }

    /// Connects to a phone, proves who we are if it asks, and returns when it has greeted us.
    ///
    /// - Parameters:
    ///   - name: What messages call the phone; nil for the address.
    ///   - keys: The keys to prove with; shared by all phones of a run.
    /// - Throws: ``ADBError``, or `CancellationError`.
    public static func connect(
        to address: SocketAddress, name: String? = nil, on lane: Lane, keys: KeyRing = .none,
        limits: LinkLimits = LinkLimits(), offer: Offer = Offer()
    ) async throws -> ADBLink {
        try await connect(
            through: .tcp(address), name: name ?? address.description, on: lane, keys: keys, limits: limits,
            offer: offer)
    }

    /// Connects to a phone over whatever stream leads to its port, as ``connect(to:name:on:keys:limits:offer:)`` does
    /// over TCP.
    ///
    /// - Throws: ``ADBError``, or `CancellationError`.
    public static func connect(
        through opening: StreamOpening, name: String, on lane: Lane, keys: KeyRing = .none,
        limits: LinkLimits = LinkLimits(), offer: Offer = Offer()
    ) async throws -> ADBLink {
        lane.preconditionOnLane()
        let link = ADBLink(name: name, on: lane, keys: keys, limits: limits, offer: offer)
        try link.start(opening)
        do {
            try await link.ready.value()
        } catch {
            link.close()
            throw error
        }
        return link
    }

    var connecting: String { "connect to \(name)" }

    private func start(_ opening: StreamOpening) throws {
        setPhase(limits.connect) { link in
            ADBError(
                .connectTimedOut, link.connecting, "no answer within \(link.limits.connect)", mayHaveBeenSent: false)
        }
        do throws(StreamFailure) {
            socket = try opening.open(on: lane, handler: self)
        } catch {
            phaseTimer?.cancel()
            throw ADBError.connecting(connecting, error)
        }
    }

    /// Starts the limit of the next phase; nil ends the last one.
    func setPhase(_ limit: Duration?, _ failure: @escaping @Sendable (ADBLink) -> ADBError) {
        phaseTimer?.cancel()
        phaseTimer = limit.map { limit in
            lane.schedule(after: limit) { [weak self] in
                guard let self else { return }
                self.end(failure(self))
            }
        }
    }

    // MARK: Ending

    /// Why nothing can be opened any more.
    public var failure: ADBError? {
        guard case .ended(let failure) = state else { return nil }
        return failure
    }

    /// Ends the link and its streams.
    public func close() {
        lane.preconditionOnLane()
        end(ADBError(.closed, "use \(name)", "the link was closed", mayHaveBeenSent: false))
    }

    /// Ends the link with a reason that every stream hears.
    func end(_ failure: ADBError) {
        guard self.failure == nil else { return }
        state = .ended(failure)
        phaseTimer?.cancel()
        phaseTimer = nil
        flushControl()
        socket?.close()
        socket = nil
        for stream in streams.removeAll() { stream.linkEnded(failure) }
        ready.resume(with: .failure(failure))
    }

    /// A stream that ended without a link failure was ended by the phone.
    public func explainEarlyEnd(_ operation: String) async -> ADBError? {
        failure.map { $0.during(operation, mayHaveBeenSent: true) }
    }

    // MARK: Streams

    /// Asks for a stream.
    public func open(
        _ service: [UInt8], operation: String, within limit: Duration?, handler: any StreamHandler
    ) -> any ADBStream {
        lane.preconditionOnLane()
        let id = streams.makeID()
        let stream = LinkStream(id: id, link: self, operation: operation, handler: handler)
        if let failure {
            lane.run { stream.linkEnded(failure.during(operation, mayHaveBeenSent: false)) }
            return stream
        }
        guard service.count < maxPayload else {
            let reason = "the phone takes \(maxPayload - 1) bytes of command and not \(service.count)"
            let failure = ADBError(.unsupported, operation, reason, mayHaveBeenSent: false)
            lane.run { stream.linkEnded(failure) }
            return stream
        }
        streams.add(stream)
        let window = features.contains(.delayed_ack) ? Self.receiveWindow : 0
        let check = version.usesChecksum ? Checksum.sum(of: service) : 0
        Message(.open, id, window, length: service.count + 1, check: check).append(to: &control)
        control.append(contentsOf: service)
        control.append(0)
        controlWasAdded()
        stream.startWaiting(limit ?? limits.open)
        return stream
    }

    func stream(_ id: UInt32) -> LinkStream? { streams[id] }

    /// Takes a stream off the table; a late answer to its OPEN is then refused.
    func forget(_ stream: LinkStream, isUnanswered: Bool = false) {
        streams.remove(stream, isUnanswered: isUnanswered)
        unclaimed = 0
    }

    func wasAbandoned(_ id: UInt32) -> Bool { streams.wasAbandoned(id) }

    /// Reads nothing for a while, so that TCP holds the phone back.
    func rest(for duration: Duration, while isWanted: @escaping @Sendable () -> Bool) {
        socket?.rest(for: duration, while: isWanted)
    }

    // MARK: Sending

    /// Whether a stream may put another packet into the socket; it is pumped again when there is room.
    var hasRoom: Bool {
        guard let socket else { return false }
        guard socket.queuedByteCount >= Self.socketHighWater else { return true }
        socket.tellWhenDrained()
        return false
    }

    /// Sends a packet without payload, or with a small one.
    func send(_ command: Command, _ arg0: UInt32, _ arg1: UInt32, payload: [UInt8] = []) {
        let check = version.usesChecksum ? Checksum.sum(of: payload) : 0
        Message(command, arg0, arg1, length: payload.count, check: check).append(to: &control)
        control.append(contentsOf: payload)
        controlWasAdded()
    }

    /// Sends one WRTE of `count` bytes from the front of an outbox; big shared pieces are not copied.
    func sendWrite(_ id: UInt32, _ remoteID: UInt32, _ count: Int, from outbox: inout Outbox) {
        let check = version.usesChecksum ? outbox.checksum(count, sum: Checksum.sum) : 0
        Message(.write, id, remoteID, length: count, check: check).append(to: &control)
        outbox.take(count) { piece in
            switch piece {
            case .owned(let bytes) where bytes.count <= 4096:
                control.append(contentsOf: bytes)
            case .owned(let bytes):
                flushControl()
                socket?.send(bytes)
            case .shared(let shared, let range) where range.count <= 1024:
                shared.withUnsafeBytes(in: range) { control.append(contentsOf: $0) }
            case .shared(let shared, let range):
                flushControl()
                socket?.send(shared, range)
            }
        }
        controlWasAdded()
    }

    /// While reading, answers pile up and leave as one piece; otherwise they go to the socket's queue at once.
    private func controlWasAdded() {
        if !isReading || control.count > 1 << 16 { flushControl() }
    }

    private func flushControl() {
        guard !control.isEmpty else { return }
        socket?.send(control)
        control = []
    }
}

extension ADBLink: SocketHandler {
    /// The TCP connection is up: the host speaks first.
    public func socketConnected() { greet() }

    /// Reads what there is, and answers it.
    public func socketReadable() {
        guard let socket else { return }
        isReading = true
        var violation: ADBError?
        let outcome = socket.read { bytes in
            guard violation == nil else { return }
            hasReceived = true
            do {
                try parser.consume(bytes, maxPayload: PayloadLimit.modern) { try handle($0) }
                try checkGreeting(parser.partialHeader)
            } catch {
                violation = describe(error)
                socket.pauseReading()
            }
        }
        isReading = false
        if let violation { return end(violation) }
        flushControl()
        switch outcome {
        case .drained: break
        case .endOfStream: end(ended(StreamFailure("read", "the phone closed the connection")))
        case .failed(let error): end(ended(error))
        }
    }

    /// Lets the streams that held back go on.
    public func socketDrained() {
        for stream in streams.all { stream.pump() }
    }

    /// The connection could not be made, or broke.
    public func socketFailed(_ error: StreamFailure) {
        guard case .connecting = state else { return end(ended(error)) }
        end(ADBError.connecting(connecting, error))
    }
}
