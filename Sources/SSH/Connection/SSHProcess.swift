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
        let purpose = SSHChannel.Purpose.command(line: line, wantsTerminal: command.wantsTerminal)
        let channel = SSHChannel(
            purpose, of: connection, operation: "run a command on \(connection.name)", handler: self)
        self.channel = channel
        connection.add(channel)
    }

    // MARK: What it says

    func socketConnected() {
        guard let channel else { return }
        for slice in command.input { channel.send(slice.bytes, slice.range) }
        channel.sendEnd()
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
        let channel = SSHChannel(
            .command(line: line, wantsTerminal: false), of: self, operation: line, handler: Unheard())
        Unheard.attach(channel)
        add(channel)
    }
}

// Sendable: touched only on the connection's lane.

/// Reads what a command says, to nobody.
private final class Unheard: SocketHandler, @unchecked Sendable {
    private weak var channel: SSHChannel?

    static func attach(_ channel: SSHChannel) { (channel.listener as? Unheard)?.channel = channel }

    func socketConnected() { channel?.sendEnd() }
    func socketDrained() {}
    func socketFailed(_ failure: StreamFailure) {}

    func socketReadable() {
        guard let channel else { return }
        if case .drained = channel.read({ _ in }) { return }
        channel.close()
    }
}

/// The first line of a command's output, by which its shell tells its process group.
struct GroupLine {
    /// The group's number, once it has been read.
    private(set) var number: Int32?
    /// Whether it has been read, or will not come any more.
    private(set) var isOver = false
    private var gathered: [UInt8] = []

    private static let mark = Array("\u{2}drover ".utf8)
    private static let end = UInt8(ascii: "\n")
    /// What stands before it is the greeting of a login script; one longer than this has no such line after it.
    private static let longest = 64 << 10

    /// A line for the user's shell that has `/bin/sh` tell its group and then run `line`.
    ///
    /// `exec` keeps the process that the server made the leader of a group of its own, whatever shell the user has.
    static func announced(_ line: String) -> String {
        let script = "printf '\\002drover %d\\n' $$\n\(line)"
        return "exec /bin/sh -c '\(script.replacing("'", with: "'\\''"))'"
    }

    /// Answers what is not the line; nothing while it may still come.
    mutating func strip(_ bytes: UnsafeRawBufferPointer) -> [UInt8] {
        gathered.append(contentsOf: bytes)
        if let start = gathered.firstRange(of: Self.mark) {
            if let end = gathered[start.upperBound...].firstIndex(of: Self.end) {
                number = Int32(String(decoding: gathered[start.upperBound..<end], as: UTF8.self).filter(\.isNumber))
                gathered.removeSubrange(start.lowerBound...end)
                return rest()
            }
        }
        return gathered.count > Self.longest ? rest() : []
    }

    /// What was held back.
    mutating func rest() -> [UInt8] {
        isOver = true
        defer { gathered = [] }
        return gathered
    }
}
