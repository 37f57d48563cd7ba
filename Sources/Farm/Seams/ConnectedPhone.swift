public import Lanes

/// A phone that can be acted on now, whatever carries it.
///
/// Its lines are run by `/system/bin/sh -c`.
public protocol ConnectedPhone: ConnectedTarget {
    /// The same phone as the service of its cloud answers for it; nil for one that belongs to no cloud.
    var cloud: (any BatchedPhone)? { get }

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

    /// Asks about paths that other phones are asked about too, and hands on each answer as it comes, in order.
    ///
    /// - Parameter take: Gets the path's index, and nil for what is not there; called on ``lane``.
    func status(of paths: RemotePaths, take: @escaping @Sendable (Int, RemoteFile?) -> Void) async throws

    /// Puts files on the phone, many in one go; missing parent folders are made.
    ///
    /// - Returns: The refusals; empty when all is there.
    func push(_ files: [FileToPush], progress: ProgressMeter) async throws -> [PushRefusal]

    /// Installs an app by the quickest way that the phone offers.
    func install(_ app: AppPayload, options: InstallOptions, progress: ProgressMeter) async throws -> PackageReply

    /// Uninstalls an app; that it was not there is the phone's refusal.
    func uninstall(_ package: PackageName, keepData: Bool, user: String?) async throws -> PackageReply

    /// Asks for a reboot and returns when the request was taken; the link is gone soon after.
    ///
    /// - Parameter mode: nil for a plain reboot, or `bootloader`, `recovery`, `sideload`.
    func reboot(into mode: String?) async throws
}

extension ConnectedPhone {
    /// Most phones belong to no cloud.
    public var cloud: (any BatchedPhone)? { nil }

    /// Asks in one go, and hands the answers on.
    public func status(
        of paths: RemotePaths, take: @escaping @Sendable (Int, RemoteFile?) -> Void
    ) async throws {
        for (index, file) in try await status(of: paths.paths).enumerated() { take(index, file) }
    }

    /// Runs one shell line that reads a long input, and keeps up to 1 MiB of output.
    public func feed(_ line: String, input: [SharedSlice], progress: ProgressMeter) async throws -> CommandResult {
        try await feed(line, input: input, outputLimit: 1 << 20, progress: progress)
    }
}
