import Lanes

// Sendable: touched only on the lane.

/// Two streams whose bytes go from each to the other, at the pace of the slower one, half by half to the end.
final class Relay: @unchecked Sendable {
    enum Event {
        /// So many bytes went to the far end.
        case sent(Int)
        /// So many bytes came from it.
        case received(Int)
        /// It is over; the reason when the far end could not be reached, or broke.
        case ended(StreamFailure?)
    }

    /// Bytes that may wait for one side before the other is held back.
    static let highWater = 512 << 10
    /// Bytes that are read in one go, so that many relays share a lane.
    private static let portion = 256 << 10

    private let lane: Lane
    private let tell: (Relay, Event) -> Void
    private var near: RelayEnd?
    private var far: RelayEnd?
    private var hasEnded = false

    init(on lane: Lane, tell: @escaping (Relay, Event) -> Void) {
        self.lane = lane
        self.tell = tell
    }

    /// Takes over a connection that somebody made to us, and opens the one behind it.
    func start(_ descriptor: CInt, _ opening: StreamOpening) {
        let near = RelayEnd(self)
        let far = RelayEnd(self)
        self.near = near
        self.far = far
        do throws(SystemError) {
            near.stream = try TCPSocket(adopting: descriptor, on: lane, handler: near)
        } catch {
            return end(nil)
        }
        do throws(StreamFailure) {
            far.stream = try opening.open(on: lane, handler: far)
        } catch {
            end(error)
        }
    }

    func readable(_ end: RelayEnd) {
        guard let from = end.stream, let other = other(than: end), let to = other.stream else { return }
        var count = 0
        let outcome = from.read(atMost: Self.portion) { bytes in
            count += bytes.count
            to.send(Array(bytes))
        }
        if count > 0 { tell(self, end === near ? .sent(count) : .received(count)) }
        switch outcome {
        case .drained:
            guard to.queuedByteCount > Self.highWater else { return }
            from.pauseReading()
            other.holdsOtherBack = true
            to.tellWhenDrained()
        case .endOfStream:
            end.hasEnded = true
            from.pauseReading()
            if other.hasEnded { finish() } else { to.endSending() }
        case .failed(let failure): failed(end, failure)
        }
    }

    func drained(_ end: RelayEnd) {
        guard end.holdsOtherBack else { return }
        end.holdsOtherBack = false
        if let other = other(than: end), !other.hasEnded { other.stream?.resumeReading() }
    }

    func failed(_ end: RelayEnd, _ failure: StreamFailure) {
        // Whoever had said everything before may go; what it said is still delivered.
        if end.hasEnded { return finish() }
        self.end(end === far ? failure : nil)
    }

    /// Both sides have said everything: what is under way still gets there.
    private func finish() {
        let ends = [near, far]
        near = nil
        far = nil
        for end in ends { end?.stream?.closeWhenDrained() }
        over(nil)
    }

    private func end(_ failure: StreamFailure?) {
        let ends = (near, far)
        near = nil
        far = nil
        // A program that was cut off hears of it, and does not take what it got for the whole.
        if let socket = ends.0?.stream as? TCPSocket { socket.reset() } else { ends.0?.stream?.close() }
        ends.1?.stream?.close()
        over(failure)
    }

    func close() { end(nil) }

    private func over(_ failure: StreamFailure?) {
        guard !hasEnded else { return }
        hasEnded = true
        tell(self, .ended(failure))
    }

    private func other(than end: RelayEnd) -> RelayEnd? { end === near ? far : near }
}

// Sendable: touched only on the lane.

/// One side of a relay.
final class RelayEnd: SocketHandler, @unchecked Sendable {
    var stream: (any ByteStream)?
    /// Whether it has said everything.
    var hasEnded = false
    /// Whether the other side waits until this one has taken what it was given.
    var holdsOtherBack = false
    private weak var relay: Relay?

    init(_ relay: Relay) { self.relay = relay }

    func socketConnected() {}
    func socketReadable() { relay?.readable(self) }
    func socketDrained() { relay?.drained(self) }
    func socketFailed(_ failure: StreamFailure) { relay?.failed(self, failure) }
}
