import Lanes

// Sendable: touched only on the connection's lane.

/// One command under way.
///
/// The shell on the host first tells its process group, by which the command can be ended later: the protocol's own
/// signals do nothing for root, as OpenSSH's server then has no second process to send them from.
final class SSHProcess: SocketHandler, @unchecked Sendable {
    let ended = Waiter<SSHCommandResult>()
    private let connection: SSHConnection
    private let command: SSHCommand
    private let meter: ProgressMeter?
    private let take: ((UnsafeRawBufferPointer) -> Bool)?
    private var channel: SSHChannel?
    private var result = SSHCommandResult()
    private var outputEnded = false
    private var errorsEnded = false
    private var isCancelled = false
    private var hasEnough = false
    private var dropped = 0
    private var group = GroupLine()

    /// Bytes beyond what is kept after which a command counts as one without an end.
    private static let endless = 64 << 20

    init(
        _ command: SSHCommand, on connection: SSHConnection, meter: ProgressMeter?,
        take: ((UnsafeRawBufferPointer) -> Bool)?
    ) {
        self.command = command
        self.connection = connection
        self.meter = meter
        self.take = take
    }

    private var lane: Lane { connection.lane }

    func start() {
        let line = GroupLine.announced(command.line)
        let purpose = SSHChannelPurpose.command(line: line, wantsTerminal: command.wantsTerminal)
        let channel = SSHChannel(
            purpose, of: connection, operation: "run a command on \(connection.name)", handler: self)
        self.channel = channel
        connection.add(channel)
    }

    // MARK: What it says

    func socketConnected() {
        guard let channel else { return }
        for slice in command.input { channel.send(slice.bytes, slice.range) }
        channel.endSending()
    }

    func socketDrained() {}

    func socketReadable() {
        if !outputEnded, let channel {
            let outcome = channel.read { bytes in
                meter?.move(bytes.count)
                guard !group.isOver else { return hear(bytes) }
                group.strip(bytes).withUnsafeBytes { hear($0) }
            }
            switch outcome {
            case .drained: break
            case .endOfStream, .failed: outputEnded = true
            }
        }
        if !errorsEnded, let channel {
            errorsEnded = !channel.readErrors { bytes in
                meter?.move(bytes.count)
                keep(bytes, in: \.error)
            }
        }
        guard outputEnded, errorsEnded, let channel, channel.isClosedByHost else { return }
        group.rest().withUnsafeBytes { hear($0) }
        let (status, signal) = channel.exit
        result.signal = signal
        if signal == nil, status >= 0 { result.exit = status }
        finish()
    }

    private func hear(_ bytes: UnsafeRawBufferPointer) {
        guard !bytes.isEmpty else { return }
        guard let take else { return keep(bytes, in: \.output) }
        guard !hasEnough, !isCancelled, !take(bytes) else { return }
        hasEnough = true
        endCommand()
    }

    private func keep(_ bytes: UnsafeRawBufferPointer, in stream: WritableKeyPath<SSHCommandResult, [UInt8]>) {
        let room = max(0, command.outputLimit - result[keyPath: stream].count)
        result[keyPath: stream].append(contentsOf: bytes.prefix(room))
        guard bytes.count > room else { return }
        result.isTruncated = true
        dropped += bytes.count - room
        guard dropped > Self.endless, !result.isEndless else { return }
        result.isEndless = true
        endCommand()
    }

    // MARK: Ending

    func socketFailed(_ failure: StreamFailure) {
        channel = nil
        ended.resume(with: .failure(connection.failure ?? SSHError(.channelRefused, failure.operation, failure.reason)))
    }

    /// Ends what runs on the host; whoever waits hears of the cancellation when that is over.
    func stop() {
        guard channel != nil, !isCancelled else { return }
        isCancelled = true
        endCommand()
    }

    private func endCommand() {
        send("TERM")
        lane.schedule(after: connection.limits.ending) { [self] in
            guard channel != nil else { return }
            send("KILL")
            lane.schedule(after: connection.limits.ending) { [self] in
                guard channel != nil else { return }
                connection.abandoned.append(command.line)
                finish()
            }
        }
    }

    private func send(_ signal: String) {
        guard let group = group.number else {
            _ = channel?.signal(signal)
            return
        }
        connection.runUnheard("kill -\(signal) -- -\(group)")
    }

    private func finish() {
        guard let channel else { return }
        self.channel = nil
        channel.close()
        ended.resume(with: isCancelled ? .failure(CancellationError()) : .success(result))
    }
}

extension SSHConnection {
    /// Runs a line of which nobody wants to hear.
    func runUnheard(_ line: String) {
        let reader = Unheard()
        let channel = SSHChannel(
            .command(line: line, wantsTerminal: false), of: self, operation: line, handler: reader)
        reader.channel = channel
        add(channel)
    }
}

// Sendable: touched only on the connection's lane.

/// Reads what a command says, to nobody.
private final class Unheard: SocketHandler, @unchecked Sendable {
    weak var channel: SSHChannel?

    func socketConnected() { channel?.endSending() }
    func socketDrained() {}
    func socketFailed(_ failure: StreamFailure) {}

    func socketReadable() {
        guard let channel else { return }
        if case .drained = channel.read({ _ in }) { return }
        channel.close()
    }
}
