public import Lanes

/// A command to be run on a host by its `/bin/sh`.
public struct SSHCommand: Sendable {
    /// The line as `/bin/sh -c` gets it, whatever the user's own shell is.
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
    /// When the task is cancelled, what runs on the host is sent SIGTERM, and SIGKILL when that does not end it in time;
    /// what nobody saw end stands in ``abandoned`` then.
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
