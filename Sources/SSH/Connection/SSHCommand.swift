public import Lanes

/// A command to be run on a host.
public struct SSHCommand: Sendable {
    /// The line as the user's shell on the host gets it.
    public var line: String
    /// What it reads from its standard input, which is closed after it.
    public var input: [SharedSlice]
    /// Whether it runs in a terminal, where input and output are mixed as on a screen.
    public var wantsTerminal: Bool
    /// Bytes kept of each of output and error; the rest is read and dropped.
    public var outputLimit: Int

    /// Describes a command.
    public init(_ line: String, input: [SharedSlice] = [], wantsTerminal: Bool = false, outputLimit: Int = 1 << 20) {
        self.line = line
        self.input = input
        self.wantsTerminal = wantsTerminal
        self.outputLimit = outputLimit
    }
}

/// How a command on a host ended, and what it said.
public struct SSHCommandResult: Hashable, Sendable {
    /// The exit code, 0...255; nil when a signal ended it, or when the host closed without telling.
    public var exit: Int?
    /// The signal that ended it, without `SIG`: `KILL`.
    public var signal: String?
    /// Standard output, up to the limit.
    public var output: [UInt8] = []
    /// Standard error, up to the limit.
    public var error: [UInt8] = []
    /// Whether more came than the limit allowed; the rest was read and dropped.
    public var isTruncated = false
    /// Whether it printed far more than is kept, as if it had no end, and was stopped.
    public var isEndless = false

    /// The result of a command of which nothing is known yet.
    public init() {}
}

extension SSHConnection {
    /// Runs a command and waits for its end.
    ///
    /// When the task is cancelled, what runs on the host is sent SIGTERM, and SIGKILL when that does not end it.
    ///
    /// - Parameters:
    ///   - meter: Counts what was read and written; nil for nobody.
    ///   - take: Gets the standard output while it comes, which is not kept then; false ends the command.
    /// - Throws: ``SSHError`` when the connection fails or the host starts nothing, `CancellationError`.
    public func run(
        _ command: SSHCommand, meter: ProgressMeter? = nil,
        take: (@Sendable (UnsafeRawBufferPointer) -> Bool)? = nil
    ) async throws -> SSHCommandResult {
        lane.preconditionOnLane()
        if let failure { throw failure.during("run a command on \(name)") }
        let process = SSHProcess(command, on: self, meter: meter, take: take)
        process.start()
        return try await withTaskCancellationHandler {
            try await process.ended.value(cancellable: false)
        } onCancel: {
            lane.run { process.stop() }
        }
    }
}

// Sendable: touched only on the connection's lane.

/// One command under way.
private final class SSHProcess: SocketHandler, @unchecked Sendable {
    let ended = Waiter<SSHCommandResult>()
    private let connection: SSHConnection
    private let command: SSHCommand
    private let meter: ProgressMeter?
    private let take: ((UnsafeRawBufferPointer) -> Bool)?
    private var channel: SSHChannel?
    private var result = SSHCommandResult()
    private var outputEnded = false
    private var errorsEnded = false
    private var isStopped = false
    private var dropped = 0

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

    func start() {
        let channel = SSHChannel(
            .command(command), of: connection, operation: "run a command on \(connection.name)", handler: self)
        self.channel = channel
        connection.add(channel)
    }

    func socketConnected() {
        guard let channel else { return }
        for slice in command.input { channel.send(slice.bytes, slice.range) }
        channel.sendEnd()
    }

    func socketDrained() {}

    func socketReadable() {
        guard let channel else { return }
        // The owner may be let go of while it is told of its end.
        let isFollowed = take != nil
        if !outputEnded {
            let outcome = channel.read { bytes in
                meter?.move(bytes.count)
                if isFollowed { follow(bytes) } else { keep(bytes, in: \.output) }
            }
            switch outcome {
            case .drained: break
            case .endOfStream, .failed: outputEnded = true
            }
        }
        if !errorsEnded {
            errorsEnded = !channel.readErrors { bytes in
                meter?.move(bytes.count)
                keep(bytes, in: \.error)
            }
        }
        guard outputEnded, errorsEnded, channel.isClosedByHost else { return }
        let (status, signal) = channel.exit
        result.signal = signal
        if signal == nil, status >= 0 { result.exit = status }
        finish()
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

    private func follow(_ bytes: UnsafeRawBufferPointer) {
        guard let take, !isStopped, !take(bytes) else { return }
        isStopped = true
        endCommand()
        finish()
    }

    func socketFailed(_ failure: StreamFailure) {
        channel = nil
        ended.resume(with: .failure(connection.failure ?? SSHError(.channelRefused, failure.operation, failure.reason)))
    }

    /// Ends what runs on the host; whoever waits hears of the cancellation when it has ended, or after a while.
    func stop() {
        guard channel != nil, !isStopped else { return }
        isStopped = true
        endCommand()
        lane.schedule(after: .seconds(1)) { [self] in
            guard let channel else { return }
            _ = channel.signal("KILL")
            lane.schedule(after: .seconds(1)) { [self] in
                if self.channel != nil { finish() }
            }
        }
    }

    private var lane: Lane { connection.lane }

    private func endCommand() { _ = channel?.signal("TERM") }

    private func finish() {
        guard let channel else { return }
        self.channel = nil
        channel.close()
        ended.resume(with: isStopped && take == nil ? .failure(CancellationError()) : .success(result))
    }
}
