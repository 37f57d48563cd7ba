public import Lanes

/// What can be acted on now, phone or host, whatever carries it.
///
/// Every call is made on ``lane`` and returns there. The link failing is thrown as ``PhoneError``; the target saying no is
/// returned. A cancelled task gets `CancellationError` at once, and what it had opened on the target is closed.
public protocol ConnectedTarget: Sendable {
    /// Which target this is.
    var id: TargetID { get }
    /// The lane on which the link, its streams and the target's step loop live.
    var lane: Lane { get }
    /// What the target told when it was connected; for phones `model`, `product`, `device`, `features`.
    var facts: [String: String] { get }

    /// The commands that were given up, because their task was cancelled, and may still run on the target.
    var abandoned: [String] { get }

    /// Runs one shell line and waits for its end; when the task is cancelled, what runs on the target is ended.
    ///
    /// - Parameters:
    ///   - line: The line as the shell gets it (`/system/bin/sh -c` on phones, `/bin/sh -c` on hosts); the caller has quoted
    ///     what needs quoting.
    ///   - input: Standard input; it is closed after these bytes. Ignored on phones without the shell protocol.
    ///   - outputLimit: Bytes kept of each of output and error; the rest is read and dropped.
    func run(_ line: String, input: [UInt8], outputLimit: Int) async throws -> CommandResult

    /// Runs one shell line whose output is handed on while it arrives, until `take` returns false or the command ends.
    ///
    /// - Returns: The exit code; nil when `take` has ended it, and where the target does not tell.
    @discardableResult
    func follow(_ line: String, take: @escaping @Sendable (UnsafeRawBufferPointer) -> Bool) async throws -> Int?

    /// Asks about many paths in one go, without following links; nil for what is not there.
    func status(of paths: [RemotePath]) async throws -> [RemoteFile?]

    /// Lists a folder; a folder that is missing or unreadable is an empty list, as phones tell it.
    func list(_ folder: RemotePath) async throws -> [RemoteEntry]

    /// Reads one regular file.
    func pull(_ path: RemotePath, into sink: any PullSink, progress: ProgressMeter) async throws -> PullOutcome

    /// Reads many files in one go and in their order, asking for the next ones before the first have come.
    ///
    /// Every sink hears how its file ended before the next one gets bytes.
    func pull(_ files: [FileToPull], progress: ProgressMeter) async throws

    /// Ends the link; later calls throw.
    func close() async
}

extension ConnectedTarget {
    /// None, where nothing can be given up.
    public var abandoned: [String] { [] }

    /// One after the other, where nothing better is known.
    public func pull(_ files: [FileToPull], progress: ProgressMeter) async throws {
        for file in files { try file.sink.ended(try await pull(file.path, into: file.sink, progress: progress)) }
    }

    /// Runs one shell line with no input and up to 1 MiB of output.
    public func run(_ line: String) async throws -> CommandResult {
        try await run(line, input: [], outputLimit: 1 << 20)
    }
}
