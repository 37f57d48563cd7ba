import Farm
import Lanes

// Sendable: touched only on `lane`.

/// A stream through a connection of the pool: it may be there before its connection is, and keeps count of itself.
final class TunnelStream: ByteStream, SocketHandler, @unchecked Sendable {
    private enum Piece {
        case bytes([UInt8])
        case shared(SharedBytes, Range<Int>)

        var count: Int {
            switch self {
            case .bytes(let bytes): bytes.count
            case .shared(_, let range): range.count
            }
        }
    }

    /// What has been asked for before there was a stream to ask.
    private struct Wishes {
        var pieces: [Piece] = []
        var tellsWhenDrained = false
        var acknowledgesQuickly = false
        var isReadingPaused = false
        var endsSending = false
        var closesWhenDrained = false
    }

    private enum State {
        case waiting(Wishes)
        case open(any ByteStream, Tunnel)
        case closed
    }

    let lane: Lane
    private let address: Address
    private var state = State.waiting(Wishes())
    private var handler: (any SocketHandler)?

    init(on lane: Lane, to address: Address, handler: any SocketHandler) {
        self.lane = lane
        self.address = address
        self.handler = handler
    }

    /// Whether nobody wants it any more.
    var isOver: Bool { if case .closed = state { true } else { false } }

    /// Begins, now that a connection has a place for it.
    func start(in tunnel: Tunnel, _ carrier: any TunnelCarrier) {
        guard case .waiting(let wishes) = state else { return tunnel.leave(self) }
        let inner = carrier.openStream(to: address, handler: self)
        state = .open(inner, tunnel)
        if wishes.acknowledgesQuickly { inner.acknowledgeQuickly() }
        if wishes.isReadingPaused { inner.pauseReading() }
        for piece in wishes.pieces {
            switch piece {
            case .bytes(let bytes): inner.send(bytes)
            case .shared(let shared, let range): inner.send(shared, range)
            }
        }
        if wishes.tellsWhenDrained { inner.tellWhenDrained() }
        if wishes.endsSending { inner.endSending() }
        if wishes.closesWhenDrained { closeWhenDrained() }
    }

    private func wish(_ change: (inout Wishes) -> Void, otherwise body: (any ByteStream) -> Void) {
        switch state {
        case .waiting(var wishes):
            state = .closed
            change(&wishes)
            state = .waiting(wishes)
        case .open(let inner, _): body(inner)
        case .closed: break
        }
    }

    // MARK: The stream

    var queuedByteCount: Int {
        switch state {
        case .waiting(let wishes): wishes.pieces.lazy.map(\.count).reduce(0, +)
        case .open(let inner, _): inner.queuedByteCount
        case .closed: 0
        }
    }

    func read(atMost bound: Int, _ body: (UnsafeRawBufferPointer) throws -> Void) rethrows -> StreamReadOutcome {
        guard case .open(let inner, let tunnel) = state else { return .drained }
        let outcome = try inner.read(atMost: bound, body)
        guard case .failed(let failure) = outcome else { return outcome }
        return .failed(tunnel.explain(failure))
    }

    func send(_ bytes: [UInt8]) {
        wish({ $0.pieces.append(.bytes(bytes)) }, otherwise: { $0.send(bytes) })
    }

    func send(_ shared: SharedBytes, _ range: Range<Int>) {
        wish({ $0.pieces.append(.shared(shared, range)) }, otherwise: { $0.send(shared, range) })
    }

    func tellWhenDrained() { wish({ $0.tellsWhenDrained = true }, otherwise: { $0.tellWhenDrained() }) }

    func pauseReading() { wish({ $0.isReadingPaused = true }, otherwise: { $0.pauseReading() }) }

    func resumeReading() { wish({ $0.isReadingPaused = false }, otherwise: { $0.resumeReading() }) }

    func rest(for duration: Duration, while isWanted: @escaping @Sendable () -> Bool) {
        wish({ _ in }, otherwise: { $0.rest(for: duration, while: isWanted) })
    }

    func acknowledgeQuickly() { wish({ $0.acknowledgesQuickly = true }, otherwise: { $0.acknowledgeQuickly() }) }

    func endSending() { wish({ $0.endsSending = true }, otherwise: { $0.endSending() }) }

    func close() {
        guard let inner = end() else { return }
        inner.close()
    }

    func closeWhenDrained() {
        if case .waiting(var wishes) = state {
            wishes.closesWhenDrained = true
            state = .waiting(wishes)
            return
        }
        // The inner stream lives on by itself until all has left; here it is over.
        end()?.closeWhenDrained()
    }

    /// Gives its place back; the stream that it had.
    @discardableResult
    private func end() -> (any ByteStream)? {
        let before = state
        state = .closed
        handler = nil
        guard case .open(let inner, let tunnel) = before else { return nil }
        tunnel.leave(self)
        return inner
    }

    // MARK: What the inner stream tells

    func socketConnected() {
        guard case .open(_, let tunnel) = state else { return }
        handler?.socketConnected()
        tunnel.hasOpened(self)
    }

    func socketReadable() { handler?.socketReadable() }

    func socketDrained() { handler?.socketDrained() }

    func socketFailed(_ failure: StreamFailure) {
        let handler = handler
        var told = failure
        if case .open(_, let tunnel) = state { told = tunnel.explain(failure) }
        end()
        handler?.socketFailed(told)
    }
}
