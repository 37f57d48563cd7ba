public import Lanes

/// A phone that can be acted on now, whatever carries it.
///
/// Every call is made on ``lane`` and returns there. The link failing is thrown as ``PhoneError``; the phone saying no
/// is returned. A cancelled task gets `CancellationError` at once, and what it had opened on the phone is closed.
public protocol ConnectedPhone: Sendable {
    /// Which phone this is.
    var id: TargetID { get }
    /// The lane on which the link, its streams and the phone's step loop live.
    var lane: Lane { get }
    /// What the phone told when it was connected: `model`, `product`, `device`, `features`.
    var facts: [String: String] { get }

    /// The commands that were given up, because their task was cancelled, and may still run on the phone.
    var abandoned: [String] { get }

    /// Runs one shell line and waits for its end; when the task is cancelled, what runs on the phone is ended.
    ///
    /// - Parameters:
    ///   - line: The line as `/system/bin/sh -c` gets it; the caller has quoted what needs quoting.
    ///   - input: Standard input; it is closed after these bytes. Ignored on phones without the shell protocol.
    ///   - outputLimit: Bytes kept of each of output and error; the rest is read and dropped.
    func run(_ line: String, input: [UInt8], outputLimit: Int) async throws -> CommandResult

    /// Runs one shell line that reads a long input, and waits for its end.
    ///
    /// The bytes are shared by all phones that get them and sent as fast as the phone takes them. A line that ends before
    /// it has read everything is answered for at once, and the rest is not sent.
    ///
    /// - Parameters:
    ///   - line: The line as `/system/bin/sh -c` gets it; the caller has quoted what needs quoting.
    ///   - input: Standard input; it is closed after these bytes. Phones without the shell protocol (up to Android 6)
    ///     need a `head` that can count bytes; where there is none, the line is not run and the exit code is 125.
    ///   - outputLimit: Bytes kept of each of output and error; the rest is read and dropped.
    ///   - progress: Counts what the phone has taken, with the few bytes that the protocol adds.
    func feed(
        _ line: String, input: [SharedSlice], outputLimit: Int, progress: ProgressMeter
    ) async throws -> CommandResult

    /// Runs one shell line whose output is handed on while it arrives, until `take` returns false or the command ends.
    func follow(_ line: String, take: @escaping @Sendable (UnsafeRawBufferPointer) -> Bool) async throws

    /// Asks about many paths in one go, without following links; nil for what is not there.
    func status(of paths: [RemotePath]) async throws -> [RemoteFile?]

    /// Asks about paths that other phones are asked about too, and hands on each answer as it comes, in order.
    ///
    /// - Parameter take: Gets the path's index, and nil for what is not there; called on ``lane``.
    func status(of paths: RemotePaths, take: @escaping @Sendable (Int, RemoteFile?) -> Void) async throws

    /// Lists a folder; a folder that is missing or unreadable is an empty list, as phones tell it.
    func list(_ folder: RemotePath) async throws -> [RemoteEntry]

    /// Puts files on the phone, many in one go; missing parent folders are made.
    ///
    /// - Returns: The refusals; empty when all is there.
    func push(_ files: [FileToPush], progress: ProgressMeter) async throws -> [PushRefusal]

    /// Reads one regular file from the phone.
    func pull(_ path: RemotePath, into sink: any PullSink, progress: ProgressMeter) async throws -> PullOutcome

    /// Reads many files in one go and in their order, asking for the next ones before the first have come.
    ///
    /// Every sink hears how its file ended before the next one gets bytes.
    func pull(_ files: [FileToPull], progress: ProgressMeter) async throws

    /// Installs an app by the quickest way that the phone offers.
    func install(_ app: AppPayload, options: InstallOptions, progress: ProgressMeter) async throws -> PackageReply

    /// Uninstalls an app; that it was not there is the phone's refusal.
    func uninstall(_ package: PackageName, keepData: Bool, user: String?) async throws -> PackageReply

    /// Asks for a reboot and returns when the request was taken; the link is gone soon after.
    ///
    /// - Parameter mode: nil for a plain reboot, or `bootloader`, `recovery`, `sideload`.
    func reboot(into mode: String?) async throws

    /// Ends the link; later calls throw.
    func close() async
}

extension ConnectedPhone {
    /// None, where nothing can be given up.
    public var abandoned: [String] { [] }

    /// One after the other, where nothing better is known.
    public func pull(_ files: [FileToPull], progress: ProgressMeter) async throws {
        for file in files { try file.sink.ended(try await pull(file.path, into: file.sink, progress: progress)) }
    }

    /// Asks in one go, and hands the answers on.
    public func status(
        of paths: RemotePaths, take: @escaping @Sendable (Int, RemoteFile?) -> Void
    ) async throws {
        for (index, file) in try await status(of: paths.paths).enumerated() { take(index, file) }
    }

    /// Runs one shell line with no input and up to 1 MiB of output.
    public func run(_ line: String) async throws -> CommandResult {
        try await run(line, input: [], outputLimit: 1 << 20)
    }

    /// Runs one shell line that reads a long input, and keeps up to 1 MiB of output.
    public func feed(_ line: String, input: [SharedSlice], progress: ProgressMeter) async throws -> CommandResult {
        try await feed(line, input: input, outputLimit: 1 << 20, progress: progress)
    }
}
