import CLinux
import Glibc

/// A non-blocking TCP connection; confined to its lane and owned by one actor there.
///
/// What is sent is queued and leaves in one `writev` at the end of the lane's turn. The socket holds its handler until
/// it is closed.
public final class TCPSocket: ByteStream, TurnEnding, ReadinessHandler {
    private enum State {
        case connecting
        case open
        case closed
    }

    /// The lane on which everything happens.
    public let lane: Lane
    /// Bytes that were given to be sent and have not left yet.
    public var queuedByteCount: Int { queue.byteCount }

    private let descriptor: CInt
    private var token: UInt64 = 0
    private var state: State
    private var handler: (any SocketHandler)?
    private var queue = OutputQueue()
    private var isReadingPaused = false
    private var isWritingBlocked = false
    private var isFlushDue = false
    private var mustTellWhenDrained = false
    private var closesWhenDrained = false
    private var endsSendingWhenDrained = false
    private var quickAcknowledges = false

    /// Starts connecting; the handler hears of the outcome.
    ///
    /// Call on the lane.
    ///
    /// - Throws: ``SystemError`` when the socket cannot be made, or the address is refused at once.
    public init(connectingTo address: SocketAddress, on lane: Lane, handler: any SocketHandler) throws(SystemError) {
        lane.preconditionOnLane()
        self.lane = lane
        self.handler = handler
        state = .connecting
        descriptor = drover_stream_socket(address.family)
        guard descriptor >= 0 else { throw SystemError("socket") }
        TCPOptions.tune(descriptor)
        let started = address.withPointer { Glibc.connect(descriptor, $0, $1) }
        guard started == 0 || errno == EINPROGRESS else {
            let error = SystemError("connect")
            Glibc.close(descriptor)
            throw error
        }
        isWritingBlocked = true
        try watch()
    }

    /// Takes over a connected, non-blocking descriptor.
    ///
    /// Call on the lane.
    ///
    /// - Throws: ``SystemError`` when it cannot be watched; it is closed then.
    public init(adopting descriptor: CInt, on lane: Lane, handler: any SocketHandler) throws(SystemError) {
        lane.preconditionOnLane()
        self.lane = lane
        self.handler = handler
        self.descriptor = descriptor
        state = .open
        TCPOptions.tune(descriptor)
        try watch()
    }

    private func watch() throws(SystemError) {
        do throws(SystemError) {
            token = try lane.readiness.add(descriptor, events: events, handler: self)
        } catch {
            state = .closed
            handler = nil
            Glibc.close(descriptor)
            throw error
        }
    }

    deinit {
        // An owner that forgot to close leaks no descriptor: the readiness set holds an open socket, so it is closed.
        assert(state == .closed || token == 0, "a TCP socket was never closed")
    }

    /// Re-arms `TCP_QUICKACK` after every read, for peers that leave Nagle on (adb servers): saves 40 ms a reply.
    public func acknowledgeQuickly() { quickAcknowledges = true }

    // MARK: Reading

    /// Reads what is there into the lane's buffer and lends it, piece by piece; the pointer is valid during the call.
    ///
    /// - Parameter bound: Bytes after which to stop, so that other sockets get their turn.
    public func read(
        atMost bound: Int, _ body: (UnsafeRawBufferPointer) throws -> Void
    ) rethrows -> StreamReadOutcome {
        var total = 0
        while state == .open, !isReadingPaused, total < bound {
            let count = Glibc.read(descriptor, lane.scratch.baseAddress, lane.scratch.count)
            if count > 0 {
                total += count
                if quickAcknowledges { TCPOptions.acknowledgeQuickly(descriptor) }
                try body(UnsafeRawBufferPointer(start: lane.scratch.baseAddress, count: count))
                // A short read means that nothing is left; epoll tells when more comes, and a call is saved.
                if count < lane.scratch.count { break }
            } else if count == 0 {
                return .endOfStream
            } else if errno == EAGAIN {
                break
            } else if errno != EINTR {
                return .failed(StreamFailure(SystemError("read")))
            }
        }
        return .drained
    }

    /// Stops telling of bytes to read, so that the other side is held back by TCP.
    public func pauseReading() {
        guard !isReadingPaused else { return }
        isReadingPaused = true
        updateEvents()
    }

    /// Tells of bytes to read again.
    public func resumeReading() {
        guard isReadingPaused else { return }
        isReadingPaused = false
        updateEvents()
    }

    /// Tells of no bytes to read for a while, so that the other side is held back and others get their turn.
    ///
    /// - Parameter isWanted: Asked at the end of the while; as long as it says yes, there is another one.
    public func rest(for duration: Duration, while isWanted: @escaping @Sendable () -> Bool) {
        guard !isReadingPaused, state == .open else { return }
        pauseReading()
        goOnResting(duration, isWanted)
    }

    private func goOnResting(_ duration: Duration, _ isWanted: @escaping @Sendable () -> Bool) {
        // Safe: the timer fires on the lane, to which the socket is confined.
        nonisolated(unsafe) let socket = self
        lane.schedule(after: duration) {
            if socket.state == .open, isWanted() {
                socket.goOnResting(duration, isWanted)
            } else {
                socket.resumeReading()
            }
        }
    }

    // MARK: Writing

    /// Queues bytes.
    public func send(_ bytes: [UInt8]) {
        guard state != .closed, !bytes.isEmpty else { return }
        queue.append(bytes)
        flushSoon()
    }

    /// Queues a part of shared bytes, without a copy.
    public func send(_ shared: SharedBytes, _ range: Range<Int>) {
        guard state != .closed, !range.isEmpty else { return }
        queue.append(shared, range)
        flushSoon()
    }

    /// Has the handler told, once, when everything queued has left; at the end of this turn if nothing is queued.
    public func tellWhenDrained() {
        mustTellWhenDrained = true
        flushSoon()
    }

    private func flushSoon() {
        guard !isFlushDue, !isWritingBlocked else { return }
        isFlushDue = true
        lane.flushAtEndOfTurn(self)
    }

    /// Writes what is queued; the lane calls it.
    public func flush() {
        isFlushDue = false
        while state == .open, !queue.isEmpty {
            let written = queue.write(to: descriptor, through: lane.vectors)
            if written < 0 {
                if errno == EINTR { continue }
                guard errno == EAGAIN else { return fail(SystemError("write")) }
                return block()
            }
            let offered = lane.vectors.byteCount
            queue.drop(written)
            // A short write means a full buffer: waiting for room saves a call that would only say so.
            if written < offered { return block() }
        }
        guard state == .open, queue.isEmpty else { return }
        if closesWhenDrained { return close() }
        if endsSendingWhenDrained {
            endsSendingWhenDrained = false
            shutdown(descriptor, CInt(SHUT_WR))
        }
        if mustTellWhenDrained {
            mustTellWhenDrained = false
            handler?.socketDrained()
        }
    }

    private func block() {
        isWritingBlocked = true
        updateEvents()
    }

    // MARK: Ending

    /// Closes now; what is queued is dropped, and the handler hears no more.
    public func close() {
        guard state != .closed else { return }
        state = .closed
        handler = nil
        queue.removeAll()
        lane.readiness.remove(descriptor, token: token)
        Glibc.close(descriptor)
    }

    /// Closes once everything queued has left; the handler hears no more of bytes to read.
    public func closeWhenDrained() {
        closesWhenDrained = true
        pauseReading()
        flushSoon()
    }

    /// Ends our half once everything queued has left; the other side may go on sending.
    public func endSending() {
        guard state != .closed else { return }
        endsSendingWhenDrained = true
        flushSoon()
    }

    /// Closes with a TCP reset instead of an orderly end.
    public func reset() {
        guard state != .closed else { return }
        TCPOptions.resetWhenClosed(descriptor)
        close()
    }

    private func fail(_ error: SystemError) {
        let handler = handler
        close()
        handler?.socketFailed(StreamFailure(error))
    }

    // MARK: Readiness

    private var events: UInt32 {
        var events: UInt32 = 0
        if !isReadingPaused, state == .open { events |= UInt32(DROVER_READABLE) }
        if isWritingBlocked { events |= UInt32(DROVER_WRITABLE) }
        return events
    }

    private func updateEvents() {
        guard state != .closed else { return }
        lane.readiness.change(descriptor, events: events, token: token)
    }

    func descriptorIsReady(readable: Bool, writable: Bool, failed: Bool) {
        if state == .connecting {
            guard finishConnecting() else { return }
        } else if writable, isWritingBlocked {
            isWritingBlocked = false
            updateEvents()
            flush()
        }
        guard readable, state == .open else { return }
        if !isReadingPaused {
            handler?.socketReadable()
        } else if failed {
            // Nobody reads or writes, so nobody would meet the error, and epoll would report it for ever.
            fail(SystemError("read", errno: ECONNRESET))
        }
    }

    private func finishConnecting() -> Bool {
        let error = TCPOptions.outcomeOfConnecting(descriptor)
        guard error == 0 else {
            fail(SystemError("connect", errno: error))
            return false
        }
        state = .open
        isWritingBlocked = false
        updateEvents()
        handler?.socketConnected()
        if !queue.isEmpty { flushSoon() }
        return false
    }
}
