import CSSH2
public import Lanes

// Sendable: everything mutable is touched only on `lane`; public calls check that they are on it.

/// A connection to one host over SSH, which carries any number of channels: commands, subsystems, forwarded streams.
///
/// It stands on any ``ByteStream``: a TCP socket, or a channel of another connection when the host is behind a jump host.
/// The library's session is owned by the connection alone and only touched on its lane. The owner calls ``close()`` in the
/// end; until then the connection holds itself.
public final class SSHConnection: @unchecked Sendable {
    /// The lane on which everything happens.
    public let lane: Lane
    /// `root@10.0.9.4:22`, for messages.
    public let name: String
    /// The limits of the phases.
    public let limits: SSHLimits
    /// Why nothing can be opened any more; nil while the connection holds.
    public private(set) var failure: SSHError?

    /// The command lines that were given up, because their task was cancelled, and may still run on the host.
    public internal(set) var abandoned: [String] = []

    let session: OpaquePointer
    let bytes: SessionBytes
    /// What waits for the session as a whole, one after the other: the steps of the login, then the opening of channels.
    private var tasks: [SessionTask] = []
    private var channels = ChannelTable()
    private var stream: (any ByteStream)?
    private var isConnected = false
    private var connecting: Waiter<Void>?
    private var isFlushDue = false
    private var isAdvancing = false
    private var wantsAnotherLook = false
    private var isWaitingForRoom = false
    var silence = SilenceWatch()

    /// Bytes that may wait in the stream before channels hold back: enough to keep the line busy, and little enough that a
    /// small message never waits long behind bulk.
    static let highWater = 512 << 10

    init(_ name: String, limits: SSHLimits, on lane: Lane) throws(SSHError) {
        _ = try SSHLibrary.version()
        let bytes = SessionBytes()
        guard let session = bytes.makeSession() else {
            throw SSHError(.unavailable, "connect to \(name)", "libssh2 has no memory for a session")
        }
        self.name = name
        self.limits = limits
        self.lane = lane
        self.bytes = bytes
        self.session = session
    }

    deinit {
        bytes.isEnded = true
        libssh2_session_free(session)
    }

    // MARK: Connecting

    /// Brings the stream up that the connection stands on.
    func open(_ opening: StreamOpening) async throws {
        let waiter = Waiter<Void>()
        connecting = waiter
        do throws(StreamFailure) {
            let stream = try opening.open(on: lane, handler: self)
            // The stream may have failed at once, and is closed then.
            if failure == nil { self.stream = stream } else { stream.close() }
            // OpenSSH's server holds a small packet back until the one before it is acknowledged, which may take 40 ms.
            stream.acknowledgeQuickly()
        } catch {
            throw Self.unreachable(name, error)
        }
        let timer = lane.schedule(after: limits.connect) { [self] in
            fail(
                SSHError(
                    .unreachable, "connect to \(name)", "no answer within \(limits.connect)",
                    advice: "is the host up, and does a firewall let this machine through?"))
        }
        defer { timer.cancel() }
        try await waiter.value()
    }

    /// Gives the library the session until `attempt` says that it is done, whatever it takes to be told.
    ///
    /// - Parameter attempt: One call of the library; nil when it has to wait for the server.
    func wait<Value: Sendable>(
        within limit: Duration, or late: @escaping @Sendable () -> SSHError, _ attempt: @escaping () throws -> Value?
    ) async throws -> Value {
        if let failure { throw failure }
        let waiter = Waiter<Value>()
        tasks.append(SessionTask(telling: waiter, attempt))
        let timer = lane.schedule(after: limit) { [self] in fail(late()) }
        defer { timer.cancel() }
        advance()
        return try await waiter.value()
    }

    // MARK: Channels

    func add(_ channel: SSHChannel) {
        lane.preconditionOnLane()
        channels.add(channel)
        // Never during the call that asked for it: whoever asked has no stream in hand yet.
        advanceSoon()
    }

    /// Whether a channel would be asked for at once, as the host has answered for all before it.
    public var canOpen: Bool { failure == nil && isLoggedIn && tasks.isEmpty }

    /// Takes the next channel's opening in hand; channels are opened one after the other, as the library wants it.
    private func openNext() {
        guard tasks.isEmpty, isLoggedIn, failure == nil else { return }
        guard let next = channels.next else { return }
        let running = channels.running
        next.begin()
        tasks.append(
            SessionTask { [self] in
                switch next.open() {
                case .pending: return false
                case .opened: return true
                case .refused(let error):
                    // A server that allows ten sessions a connection is met with ten; the rest wait their turn.
                    // One that has just ended may still count there for a moment.
                    if next.countsAsSession, error.code == .channelRefused, next.mayWaitAgain {
                        if running > 0 { channels.limitSessions(to: running) }
                        next.waitAgain(resting: running == 0)
                    } else {
                        next.end(with: error)
                    }
                    return true
                }
            })
    }

    /// Whether channels may be opened.
    var isLoggedIn = false {
        didSet { if isLoggedIn { begin() } }
    }

    private func begin() {
        bytes.keepsOpening = false
        keepAlive()
        advance()
    }

    func forget(_ channel: SSHChannel) { channels.forget(channel) }

    // MARK: Moving on

    /// Looks once more at what can go on, in this turn but not at once.
    func advanceSoon() {
        guard !isFlushDue else { return }
        isFlushDue = true
        lane.flushAtEndOfTurn(self)
    }

    /// Whether channels may put more into the stream; they are asked again when there is room.
    var hasRoom: Bool {
        guard let stream else { return false }
        guard stream.queuedByteCount + bytes.outgoing.count >= Self.highWater else { return true }
        isWaitingForRoom = true
        return false
    }

    /// Lets the library and the channels do whatever is possible now.
    func advance() {
        guard failure == nil, isConnected else { return }
        guard !isAdvancing else {
            wantsAnotherLook = true
            return
        }
        isAdvancing = true
        repeat {
            wantsAnotherLook = false
            runTasks()
            for channel in channels.all where failure == nil { channel.receive() }
            writeInTurns()
            // When all channels are paused, none of them has made the library look at what came. It keeps what belongs
            // to them, at most a window each.
            for channel in channels.all where failure == nil && bytes.unreadCount > 0 && channel.isOpen {
                channel.sort()
            }
        } while wantsAnotherLook && failure == nil
        isAdvancing = false
        letGo()
    }

    private func runTasks() {
        openNext()
        while failure == nil, let task = tasks.first, task.attempt() {
            if !tasks.isEmpty { tasks.removeFirst() }
            openNext()
        }
    }

    /// One packet of each channel after the other, so that none waits behind another one's gigabytes.
    private func writeInTurns() {
        var hasWritten = true
        while hasWritten, failure == nil {
            hasWritten = false
            for channel in channels.all where hasRoom {
                if channel.writePacket() { hasWritten = true }
                if bytes.outgoing.count >= 256 << 10 { letGo() }
            }
        }
    }

    /// Hands what the library has said to the stream.
    func letGo() {
        guard let stream else { return }
        if !bytes.outgoing.isEmpty { stream.send(bytes.takeOutgoing()) }
        if isWaitingForRoom { stream.tellWhenDrained() }
    }

    // MARK: Leaving

    /// Ends the connection and its channels.
    public func close() {
        lane.preconditionOnLane()
        guard failure == nil else { return }
        if isLoggedIn {
            libssh2_session_disconnect_ex(session, 11, "done", "")
            letGo()
        }
        end(SSHError(.closed, "use \(name)", "the connection was closed"), politely: true)
    }

    /// Ends the connection with a reason that every channel hears.
    func fail(_ error: SSHError) { end(error, politely: false) }

    private func end(_ error: SSHError, politely: Bool) {
        guard failure == nil else { return }
        failure = error
        silence.timer?.cancel()
        bytes.isEnded = true
        if politely { stream?.closeWhenDrained() } else { stream?.close() }
        stream = nil
        let tasks = tasks
        let channels = channels.removeAll()
        self.tasks = []
        connecting?.resume(with: .failure(error))
        for task in tasks { task.fail(error) }
        for channel in channels { channel.end(with: error) }
    }
}

extension SSHConnection: TurnEnding {
    /// The lane's turn ends; called by the lane.
    public func flush() {
        isFlushDue = false
        advance()
    }
}

extension SSHConnection: SocketHandler {
    /// The stream is up; the login may begin.
    public func socketConnected() {
        isConnected = true
        connecting?.resume(with: .success(()))
    }

    /// Bytes came: the library reads them, and every channel looks what is there for it.
    public func socketReadable() {
        guard let stream else { return }
        silence.unansweredQuestions = 0
        let outcome = stream.read { piece in bytes.lend(piece) { advance() } }
        switch outcome {
        case .drained: break
        case .endOfStream:
            bytes.isEnded = true
            advance()
            fail(ended("the host closed the connection"))
        case .failed(let failure): fail(ended(failure.reason))
        }
        // Nothing reads when no channel is open; what a host says then is little.
        if bytes.unreadCount > 4 << 20 { fail(ended("the host sends what nobody asked for")) }
    }

    /// There is room for more.
    public func socketDrained() {
        isWaitingForRoom = false
        advance()
    }

    /// The stream broke, or never came to be.
    public func socketFailed(_ failure: StreamFailure) {
        fail(isConnected ? ended(failure.reason) : Self.unreachable(name, failure))
    }
}
