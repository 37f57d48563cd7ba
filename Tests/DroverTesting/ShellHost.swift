public import Farm
import Foundation
import Glibc
public import Lanes
import Synchronization

/// An encoder that is this machine: lines are run by its real `/bin/sh`, files are its files.
///
/// What it stands for must be kept apart by paths: a test gives it a folder, and names everything below it. Programs in
/// `bin` below that folder come first in `PATH`, so that a test can bring a `systemctl` of its own; the folder is also
/// the home folder, and in the environment as `HOST_ROOT`.
public final class ShellHost: ConnectedHost {
    /// What the host does other than work.
    public struct Behaviour: Sendable {
        /// What answers on the host's ports: the request's bytes, and what comes back; nil for nobody.
        public var answer: @Sendable (Address, [UInt8]) async -> [UInt8]? = { _, _ in nil }
        /// Refusals of uploads, by the beginning of the path's last name.
        public var refusals: [String: String] = [:]
        /// Bytes after which an upload breaks with the link, once for each member.
        public var cuts: [Int] = []
        /// Lines that are refused before they are run, with the answer, by a part of theirs.
        public var answers: [String: CommandResult] = [:]

        /// A host that works.
        public init() {}
    }

    /// Which encoder this plays.
    public let id: TargetID
    /// The lane it lives on.
    public let lane: Lane
    /// What it says of itself.
    public let facts: [String: String] = ["way-in": "test"]
    /// Its folder.
    public let root: String
    private struct State: Sendable {
        var behaviour: Behaviour
        var requests: [String] = []
    }
    private let state: Mutex<State>

    /// A host of that name, in a folder.
    public init(_ name: String = "enc-1", at root: String, on lane: Lane, behaviour: Behaviour = Behaviour()) {
        id = TargetID(kind: .encoder, name: name)
        self.root = root
        self.lane = lane
        state = Mutex(State(behaviour: behaviour))
    }

    /// Ends what the `systemctl` of the fixtures has started for a host.
    public static func endUnits(below root: String) {
        for unit in (try? FileManager.default.contentsOfDirectory(atPath: "\(root)/units")) ?? [] {
            let process = try? String(contentsOfFile: "\(root)/units/\(unit)/process", encoding: .utf8)
            guard let number = process.flatMap({ pid_t($0.trimmingCharacters(in: .newlines)) }), number > 1 else {
                continue
            }
            kill(number, SIGKILL)
        }
    }

    /// Everything it was asked, in order: `run LINE`, `follow LINE`, `upload 2: /a, /b`, `download /a`, `close`.
    public var requests: [String] { state.withLock { $0.requests } }

    /// Changes what it does from here on.
    public func change(_ body: @Sendable (inout Behaviour) -> Void) { state.withLock { body(&$0.behaviour) } }

    private var behaviour: Behaviour { state.withLock { $0.behaviour } }

    private func note(_ request: String) { state.withLock { $0.requests.append(request) } }

    private var environment: [String: String] {
        ["PATH": "\(root)/bin:/usr/bin:/bin", "HOME": root, "HOST_ROOT": root, "TMPDIR": "\(root)/tmp"]
    }

    // A session of its own, so that everything that the line has started can be ended with it.
    private func words(_ line: String) -> [String] { ["/usr/bin/setsid", "/bin/sh", "-c", "cd \"$HOME\"; \(line)"] }

    /// Runs the line for real; its input and its outputs are files.
    public func run(_ line: String, input: [UInt8], outputLimit: Int) async throws -> CommandResult {
        note("run \(line)")
        try Task.checkCancellation()
        if let scripted = behaviour.answers.first(where: { line.contains($0.key) }) { return scripted.value }
        let folder = try ScratchFolder()
        let source = open(try folder.write(input, to: "in"), O_RDONLY)
        let output = open("\(folder.path)/out", O_RDWR | O_CREAT, 0o600)
        let error = open("\(folder.path)/err", O_RDWR | O_CREAT, 0o600)
        defer { for descriptor in [source, output, error] { Glibc.close(descriptor) } }
        let process = try spawn(words(line), environment, input: source, output: output, error: error)
        let code = await withTaskCancellationHandler {
            await exitCode(of: process)
        } onCancel: {
            kill(-process, SIGTERM)
        }
        try Task.checkCancellation()
        let kept = try [output, error].map { try Self.content($0, limit: outputLimit) }
        return CommandResult(
            exit: Int(code), exitSource: .protocolPacket, output: kept[0].bytes, error: kept[1].bytes,
            isTruncated: kept[0].isCut || kept[1].isCut)
    }

    private static func content(_ descriptor: CInt, limit: Int) throws -> (bytes: [UInt8], isCut: Bool) {
        lseek(descriptor, 0, SEEK_SET)
        let all =
            try FileHandle(fileDescriptor: descriptor, closeOnDealloc: false).readToEnd().map { [UInt8]($0) } ?? []
        return (Array(all.prefix(limit)), all.count > limit)
    }

    /// Runs the line, and hands on what it prints until `take` has enough or the line ends.
    public func follow(_ line: String, take: @escaping @Sendable (UnsafeRawBufferPointer) -> Bool) async throws -> Int?
    {
        note("follow \(line)")
        let pipe = Pipe()
        let process = try spawn(
            words(line), environment, output: pipe.fileHandleForWriting.fileDescriptor,
            error: pipe.fileHandleForWriting.fileDescriptor)
        try pipe.fileHandleForWriting.close()
        let (pieces, continuation) = AsyncStream.makeStream(of: [UInt8].self)
        let reading = pipe.fileHandleForReading
        Thread.detachNewThread {
            while let piece = try? reading.read(upToCount: 1), !piece.isEmpty { continuation.yield([UInt8](piece)) }
            continuation.finish()
        }
        await withTaskCancellationHandler {
            for await piece in pieces where !piece.withUnsafeBytes(take) { break }
        } onCancel: {
            kill(-process, SIGTERM)
        }
        kill(-process, SIGTERM)
        _ = await exitCode(of: process)
        try Task.checkCancellation()
        return nil
    }

    /// Asks the system.
    public func status(of paths: [RemotePath]) async throws -> [RemoteFile?] { paths.map { Self.status(of: $0.path) } }

    private static func status(of path: String) -> RemoteFile? {
        var found = stat()
        guard lstat(path, &found) == 0 else { return nil }
        let kind: RemoteFile.Kind =
            switch found.st_mode & S_IFMT {
            case S_IFREG: .file
            case S_IFDIR: .folder
            case S_IFLNK: .link
            default: .other
            }
        return RemoteFile(
            kind: kind, mode: found.st_mode & 0o7777, size: UInt64(found.st_size), modified: Int64(found.st_mtim.tv_sec)
        )
    }

    /// Asks the system.
    public func list(_ folder: RemotePath) async throws -> [RemoteEntry] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return names.sorted().compactMap { name in
            Self.status(of: "\(folder.path)/\(name)").map { RemoteEntry(name: name, file: $0) }
        }
    }

    /// Reads the file.
    public func pull(_ path: RemotePath, into sink: any PullSink, progress: ProgressMeter) async throws -> PullOutcome {
        note("download \(path.path)")
        guard let data = FileManager.default.contents(atPath: path.path) else {
            return .refused(reason: "No such file")
        }
        try [UInt8](data).withUnsafeBytes { try sink.take($0) }
        progress.move(data.count)
        return .pulled(bytes: UInt64(data.count))
    }

    /// Writes the files, and breaks where the test wants it.
    public func upload(_ files: [FileToPush], resumes: Bool, progress: ProgressMeter) async throws -> UploadReceipt {
        note("upload \(files.count): " + files.map(\.path.path).joined(separator: ", "))
        var budget = state.withLock { state in
            state.behaviour.cuts.isEmpty ? Int.max : state.behaviour.cuts.removeFirst()
        }
        var receipt = UploadReceipt()
        for (index, file) in files.enumerated() {
            if let refusal = behaviour.refusals.first(where: { file.path.lastComponent.hasPrefix($0.key) }) {
                receipt.refusals.append(PushRefusal(index: index, reason: refusal.value))
            } else {
                if try Self.put(file, resumes: resumes, &budget, progress) { receipt.resumed.insert(index) }
            }
        }
        return receipt
    }

    /// - Returns: Whether it went on with what was there.
    private static func put(
        _ file: FileToPush, resumes: Bool, _ budget: inout Int, _ progress: ProgressMeter
    ) throws -> Bool {
        let path = file.path.path
        let files = FileManager.default
        try files.createDirectory(atPath: file.path.parent.path, withIntermediateDirectories: true)
        switch file.content {
        case .folder: try files.createDirectory(atPath: path, withIntermediateDirectories: true)
        case .link(let target):
            unlink(path)
            guard symlink(target, path) == 0 else { throw POSIXError(.EIO) }
        case .bytes(let bytes):
            let present = resumes ? Int(status(of: path)?.size ?? 0) : 0
            let start = present < bytes.count ? present : 0
            let end = start + min(bytes.count - start, budget)
            let all = bytes.withUnsafeBytes { Array($0) }
            var content = start > 0 ? [UInt8](files.contents(atPath: path) ?? Data()) : []
            content += all[start..<end]
            try placeFile(content, at: path)
            progress.move(end - start)
            budget -= end - start
            guard end == bytes.count else {
                throw PhoneError(.lost, operation: "upload \(path)", reason: "connection reset by peer")
            }
            chmod(path, file.mode)
            var times = [
                timespec(tv_sec: Int(file.modified), tv_nsec: 0), timespec(tv_sec: Int(file.modified), tv_nsec: 0),
            ]
            utimensat(AT_FDCWD, path, &times, 0)
            return start > 0
        }
        return false
    }

    /// Whether the test has somebody answer there.
    public func reaches(_ address: Address) async throws -> Bool { await behaviour.answer(address, []) != nil }

    /// What the test has answered there.
    public func exchange(_ request: [UInt8], with address: Address, limit: Int) async throws -> [UInt8]? {
        note("exchange with \(address)")
        return await behaviour.answer(address, request).map { Array($0.prefix(limit)) }
    }

    /// Notes the end.
    public func close() async { note("close") }
}

/// Makes the links to encoders that a test says.
public struct ScriptedHostDialer: HostDialing {
    private let answer: @Sendable (Encoder, Lane) async throws -> any ConnectedHost

    /// Makes a dialer.
    public init(_ answer: @escaping @Sendable (Encoder, Lane) async throws -> any ConnectedHost) {
        self.answer = answer
    }

    /// Answers.
    public func connect(to encoder: Encoder, on lane: Lane) async throws -> any ConnectedHost {
        try await answer(encoder, lane)
    }
}
