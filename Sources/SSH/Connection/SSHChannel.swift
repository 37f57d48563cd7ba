import CSSH2
import Lanes

// Sendable: touched only on the connection's lane.

/// One conversation inside an SSH connection, as a stream: to a port that the host reaches, to a subsystem, or to a
/// command's standard streams; confined to the connection's lane.
final class SSHChannel: ByteStream, @unchecked Sendable {
    /// How an attempt to open it went.
    enum Opening {
        case pending
        case opened
        case refused(SSHError)
    }

    private enum State {
        case waiting
        case opening
        /// The channel stands; what runs in it is asked for, request by request.
        case requesting(Int)
        case open
        /// Closed by us; the host has not confirmed it yet.
        case leaving
        case ended
    }

    let lane: Lane
    var queuedByteCount: Int { queue.byteCount }
    /// What was being done, for messages.
    let operation: String

    let connection: SSHConnection
    private let purpose: SSHChannelPurpose
    private var handler: (any SocketHandler)?
    private var state = State.waiting
    private(set) var pointer: OpaquePointer?
    private var queue = OutputQueue()
    var inbox = ChannelInbox()
    private var mustTellWhenDrained = false
    private var mustSendEnd = false
    private var closesWhenDrained = false
    private var limit: LaneTimer?
    /// How often it was refused though nothing else was open, and whether it rests now.
    private var rests = 0
    private var isResting = false

    init(_ purpose: SSHChannelPurpose, of connection: SSHConnection, operation: String, handler: any SocketHandler) {
        self.purpose = purpose
        self.connection = connection
        self.operation = operation
        self.handler = handler
        lane = connection.lane
    }

    private func isLate() {
        switch state {
        case .waiting, .opening, .requesting: break
        case .open, .leaving, .ended: return
        }
        if case .forward(let host, let port) = purpose, case .opening = state {
            // The host is well and still tries; the others in this connection are not to suffer for that.
            return giveUp(
                SSHError(
                    .timedOut, operation,
                    "\(connection.name) has no answer from \(host):\(port) within \(connection.limits.channel)"))
        }
        let error = SSHError(
            .timedOut, operation, "\(connection.name) did not open the channel within \(connection.limits.channel)")
        // The library cannot take back what the session is doing: a host that never answers is given up as a whole.
        if case .opening = state { connection.fail(error) } else { end(with: error) }
    }

    /// Tells the owner that nothing will come of it; the library goes on until the host answers.
    private func giveUp(_ error: SSHError) {
        let handler = handler
        close()
        handler?.socketFailed(error.streamFailure)
    }

    // MARK: Opening

    /// Whether it is a session in the protocol's sense, of which servers allow few on one connection.
    var countsAsSession: Bool { purpose.isSession }
    var isOpen: Bool { if case .open = state { true } else { false } }
    var isWaiting: Bool { if case .waiting = state { !isResting } else { false } }
    var isUnderWay: Bool {
        switch state {
        case .waiting, .ended: false
        case .opening, .requesting, .open, .leaving: true
        }
    }

    /// Begins to open it; the limit counts from here, and not while others had their turn.
    func begin() {
        state = .opening
        limit = lane.schedule(after: connection.limits.channel) { [self] in isLate() }
    }

    /// Whether a refusal need not be the last word.
    var mayWaitAgain: Bool { rests < 6 }

    /// Has its turn later: when another one has ended, or after a rest that grows from 50 ms to 1.6 s.
    func waitAgain(resting: Bool) {
        limit?.cancel()
        state = .waiting
        guard resting else { return }
        isResting = true
        lane.schedule(after: .milliseconds(50 << rests)) { [self] in
            isResting = false
            connection.advanceSoon()
        }
        rests += 1
    }

    /// Asks the host for the channel, again and again until there is an answer.
    func open() -> Opening {
        guard let made = purpose.open(in: connection.session) else {
            var words: UnsafeMutablePointer<CChar>?
            guard libssh2_session_last_error(connection.session, &words, nil, 0) != SSHLibrary.again else {
                return .pending
            }
            let reason = words.map { String(cString: $0) } ?? ""
            return .refused(purpose.refusal(by: connection.name, saying: reason, operation))
        }
        pointer = made
        guard case .opening = state else {
            // Given up meanwhile.
            state = .leaving
            return .opened
        }
        state = .requesting(0)
        request()
        return .opened
    }

    /// Asks for what is to run in the channel, one request after the other.
    private func request() {
        while case .requesting(let index) = state, let pointer {
            let requests = purpose.requests
            guard index < requests.count else { return opened() }
            let status = requests[index].make(pointer)
            if status == SSHLibrary.again { return }
            if status != 0 {
                return end(with: SSHError(.channelRefused, operation, "\(connection.name) \(requests[index].refusal)"))
            }
            state = .requesting(index + 1)
        }
    }

    private func opened() {
        state = .open
        limit?.cancel()
        limit = nil
        handler?.socketConnected()
        connection.advanceSoon()
    }

    // MARK: Reading

    /// Takes what has come; called whenever bytes came or room was made.
    func receive() {
        switch state {
        case .waiting, .opening, .ended: return
        case .requesting: request()
        case .leaving: leave()
        case .open:
            guard let handler else { return }
            // A command speaks on two streams and says how it ended: its reader looks at all of them.
            if case .command = purpose { handler.socketReadable() } else { receive(for: handler) }
        }
    }

    // MARK: Writing

    func send(_ bytes: [UInt8]) {
        guard isAlive, !bytes.isEmpty else { return }
        queue.append(bytes)
        connection.advanceSoon()
    }

    func send(_ shared: SharedBytes, _ range: Range<Int>) {
        guard isAlive, !range.isEmpty else { return }
        queue.append(shared, range)
        connection.advanceSoon()
    }

    func tellWhenDrained() {
        mustTellWhenDrained = true
        connection.advanceSoon()
    }

    /// Ends our half once everything queued has left; the host's side may go on.
    func endSending() {
        mustSendEnd = true
        connection.advanceSoon()
    }

    private var isAlive: Bool {
        switch state {
        case .waiting, .opening, .requesting, .open: !closesWhenDrained
        case .leaving, .ended: false
        }
    }

    /// Gives the library one packet of what is queued; false when nothing went.
    func writePacket() -> Bool {
        guard case .open = state, let pointer else { return false }
        guard !queue.isEmpty else { return drained() }
        let count = queue.withFront(atMost: 32_700) { bytes in
            libssh2_channel_write_ex(
                pointer, 0, bytes.baseAddress?.assumingMemoryBound(to: CChar.self), bytes.count)
        }
        if count == Int(SSHLibrary.again) || count == 0 { return false }
        guard count > 0 else {
            // The other side takes no more; what it still has to say is read, and then tells the end.
            queue.removeAll()
            return false
        }
        queue.drop(count)
        return true
    }

    /// Tells whoever wants to know that everything has left; answers whether something happened.
    private func drained() -> Bool {
        if closesWhenDrained {
            close()
            return true
        }
        if mustSendEnd, let pointer {
            mustSendEnd = libssh2_channel_send_eof(pointer) == SSHLibrary.again
        }
        guard mustTellWhenDrained else { return false }
        mustTellWhenDrained = false
        handler?.socketDrained()
        return !queue.isEmpty
    }

    // MARK: Ending

    func close() {
        handler = nil
        queue.removeAll()
        limit?.cancel()
        switch state {
        case .waiting:
            state = .ended
            connection.forget(self)
        case .opening:
            // The library cannot take an opening back; the channel is closed as soon as it stands.
            state = .leaving
        case .requesting, .open:
            state = .leaving
            connection.advanceSoon()
        case .leaving, .ended: return
        }
    }

    func closeWhenDrained() {
        closesWhenDrained = true
        pauseReading()
        connection.advanceSoon()
    }

    /// Says goodbye to the host, and is forgotten when that is done.
    private func leave() {
        guard let pointer else { return }
        guard libssh2_channel_free(pointer) != SSHLibrary.again else { return }
        self.pointer = nil
        state = .ended
        connection.forget(self)
        connection.advanceSoon()
    }

    /// Ends it with a reason that its owner hears.
    func end(with error: SSHError) {
        limit?.cancel()
        let handler = handler
        self.handler = nil
        queue.removeAll()
        if pointer != nil, connection.failure == nil {
            state = .leaving
            connection.advanceSoon()
        } else {
            // Freed with its session.
            pointer = nil
            state = .ended
            connection.forget(self)
        }
        handler?.socketFailed((error.code == .lost ? error.during(operation) : error).streamFailure)
    }
}
