public import Farm
public import Lanes
import Synchronization

/// A phone that notes what it was asked and answers as the test says; for the tests of steps and of the runner.
///
/// Without answers of the test's own it is a phone that says yes: commands end with exit code 0, nothing is there, pushes,
/// installs and uninstalls succeed.
public final class RecordingPhone: ConnectedPhone {
    /// One thing that the phone was asked.
    public enum Request: Hashable, Sendable {
        /// A shell line.
        case run(String)
        /// A shell line with long input, and the bytes of that.
        case feed(String, bytes: Int)
        /// A shell line whose output is followed.
        case follow(String)
        /// The state of paths.
        case status([RemotePath])
        /// A folder's content.
        case list(RemotePath)
        /// Files, by their paths.
        case push([RemotePath])
        /// A file.
        case pull(RemotePath)
        /// An app, by its package.
        case install(PackageName, InstallOptions)
        /// A package to be removed.
        case uninstall(PackageName, keepData: Bool, user: String?)
        /// A reboot.
        case reboot(String?)
        /// The end of the link.
        case close
    }

    /// What the phone answers.
    ///
    /// Each closure runs on the phone's lane, may suspend on it, and may throw `PhoneError`.
    public struct Answers: Sendable {
        /// To a shell line and its input.
        public var run: @Sendable (String, [UInt8]) async throws -> CommandResult = { _, _ in .exiting(0) }
        /// To a shell line with long input.
        public var feed: @Sendable (String, [SharedSlice]) async throws -> CommandResult = { _, _ in .exiting(0) }
        /// To a shell line whose output is followed: the pieces that arrive.
        public var follow: @Sendable (String) async throws -> [[UInt8]] = { _ in [] }
        /// To questions about paths; nil is "not there".
        public var status: @Sendable (RemotePath) async throws -> RemoteFile? = { _ in nil }
        /// To a folder's listing.
        public var list: @Sendable (RemotePath) async throws -> [RemoteEntry] = { _ in [] }
        /// To files pushed.
        public var push: @Sendable ([FileToPush], ProgressMeter) async throws -> [PushRefusal] = { files, meter in
            for file in files {
                guard case .bytes(let bytes) = file.content else { continue }
                meter.move(bytes.count)
            }
            return []
        }
        /// To a file asked for: its bytes, or nil when it is not there.
        public var pull: @Sendable (RemotePath) async throws -> [UInt8]? = { _ in nil }
        /// To an app.
        public var install: @Sendable (AppPayload, InstallOptions) async throws -> PackageReply = { _, _ in
            .success(warnings: nil)
        }
        /// To a removal.
        public var uninstall: @Sendable (PackageName) async throws -> PackageReply = { _ in .success(warnings: nil) }
        /// To a reboot.
        public var reboot: @Sendable (String?) async throws -> Void = { _ in }

        /// The answers of a phone that says yes.
        public init() {}
    }

    /// Which phone this plays.
    public let id: TargetID
    /// The lane it lives on.
    public let lane: Lane
    /// What it says of itself.
    public let facts: [String: String]
    private let answers: Answers
    private struct Notes {
        var requests: [Request] = []
        var callsOffLane = 0
    }
    private let notes = Mutex(Notes())

    /// Makes a phone.
    public init(
        _ name: String = "px8-01",
        on lane: Lane,
        facts: [String: String] = ["model": "Pixel 8"],
        answers: Answers = Answers()
    ) {
        id = .phone(name)
        self.lane = lane
        self.facts = facts
        self.answers = answers
    }

    /// Everything it was asked, in order.
    public var requests: [Request] { notes.withLock { $0.requests } }

    /// The shell lines among them.
    public var lines: [String] {
        requests.compactMap { request in
            guard case .run(let line) = request else { return nil }
            return line
        }
    }

    /// How many calls were made from elsewhere than its lane; a test expects zero.
    public var callsOffLane: Int { notes.withLock { $0.callsOffLane } }

    private func note(_ request: Request) {
        let isOnLane = lane.isCurrent
        notes.withLock { notes in
            notes.requests.append(request)
            if !isOnLane { notes.callsOffLane += 1 }
        }
    }

    /// Notes the line and answers.
    public func run(_ line: String, input: [UInt8], outputLimit: Int) async throws -> CommandResult {
        note(.run(line))
        return try await answers.run(line, input)
    }

    /// Notes the line, counts its input as taken, and answers.
    public func feed(
        _ line: String, input: [SharedSlice], outputLimit: Int, progress: ProgressMeter
    ) async throws -> CommandResult {
        let bytes = input.reduce(0) { $0 + $1.count }
        note(.feed(line, bytes: bytes))
        progress.move(bytes)
        return try await answers.feed(line, input)
    }

    /// Notes the line and hands on the test's pieces.
    public func follow(_ line: String, take: @escaping @Sendable (UnsafeRawBufferPointer) -> Bool) async throws -> Int?
    {
        note(.follow(line))
        for piece in try await answers.follow(line) where !piece.withUnsafeBytes(take) { return nil }
        return nil
    }

    /// Notes the question and answers it.
    public func status(of paths: [RemotePath]) async throws -> [RemoteFile?] {
        note(.status(paths))
        var files: [RemoteFile?] = []
        for path in paths { files.append(try await answers.status(path)) }
        return files
    }

    /// Notes the question and answers it.
    public func list(_ folder: RemotePath) async throws -> [RemoteEntry] {
        note(.list(folder))
        return try await answers.list(folder)
    }

    /// Notes the paths and answers.
    public func push(_ files: [FileToPush], progress: ProgressMeter) async throws -> [PushRefusal] {
        note(.push(files.map(\.path)))
        return try await answers.push(files, progress)
    }

    /// Notes the path and hands over the test's bytes.
    public func pull(_ path: RemotePath, into sink: any PullSink, progress: ProgressMeter) async throws -> PullOutcome {
        note(.pull(path))
        guard let bytes = try await answers.pull(path) else {
            return .refused(reason: "open failed: No such file or directory")
        }
        try bytes.withUnsafeBytes { try sink.take($0) }
        progress.move(bytes.count)
        return .pulled(bytes: UInt64(bytes.count))
    }

    /// Notes the app and answers.
    public func install(_ app: AppPayload, options: InstallOptions, progress: ProgressMeter) async throws
        -> PackageReply
    {
        note(.install(app.package, options))
        return try await answers.install(app, options)
    }

    /// Notes the package and answers.
    public func uninstall(_ package: PackageName, keepData: Bool, user: String?) async throws -> PackageReply {
        note(.uninstall(package, keepData: keepData, user: user))
        return try await answers.uninstall(package)
    }

    /// Notes the request and answers.
    public func reboot(into mode: String?) async throws {
        note(.reboot(mode))
        try await answers.reboot(mode)
    }

    /// Notes the end.
    public func close() async { note(.close) }
}

extension CommandResult {
    /// An answer with an exit code and, if wanted, some text.
    public static func exiting(_ code: Int?, output: String = "", error: String = "") -> Self {
        Self(
            exit: code,
            exitSource: code == nil ? .absent : .protocolPacket,
            output: Array(output.utf8),
            error: Array(error.utf8)
        )
    }
}
