import ADB
import ADBWire
import Farm
import Lanes

/// A phone over native ADB, whether the link is our own or an adb server's.
///
/// Everything is passed on; what is added is the farm's words for failures and values.
struct ADBPhone: ConnectedPhone {
    let id: TargetID
    let facts: [String: String]
    var lane: Lane { link.lane }
    private let link: any ADBConnection
    private let scripts: PushScripts
    private let tally: TransferTally
    private let commands = RemoteCommands()
    let cloud: (any BatchedPhone)?

    var abandoned: [String] { commands.abandoned }

    init(
        _ phone: Phone, link: any ADBConnection, wayIn: String, scripts: PushScripts, tally: TransferTally,
        cloud: (any BatchedPhone)? = nil
    ) {
        id = .phone(phone.name)
        self.link = link
        self.scripts = scripts
        self.cloud = cloud
        self.tally = tally
        let banner = link.banner
        facts = [
            "model": banner.model, "product": banner.product, "device": banner.device, "state": banner.kind.rawValue,
            "features": link.features.description, "way-in": wayIn,
        ].filter { !$0.value.isEmpty }
    }

    // MARK: Commands

    func run(_ line: String, input: [UInt8], outputLimit: Int) async throws -> CommandResult {
        CommandResult(try await command(line) { try await link.run($0, input: input, outputLimit: outputLimit) })
    }

    func feed(
        _ line: String, input: [SharedSlice], outputLimit: Int, progress: ProgressMeter
    ) async throws -> CommandResult {
        let transfer = tally.begin(progress)
        defer { tally.end(transfer) }
        return CommandResult(
            try await command(line) {
                try await link.feed($0, input: input, outputLimit: outputLimit, meter: progress)
            })
    }

    func follow(_ line: String, take: @escaping @Sendable (UnsafeRawBufferPointer) -> Bool) async throws -> Int? {
        try await command(line) { try await link.follow($0, take: take) }
    }

    /// Runs a line, and ends what it started on the phone when nobody waits for it any more.
    private func command<Answer>(_ line: String, _ body: (String) async throws -> Answer) async throws -> Answer {
        let mark = commands.nextMark()
        do {
            return try await usingLink { try await body(RemoteCommands.marked(line, mark)) }
        } catch is CancellationError {
            await commands.end(line, mark, over: link)
            throw CancellationError()
        }
    }

    func reboot(into mode: String?) async throws {
        try await usingLink { try await link.reboot(into: mode) }
    }

    func close() async { link.close() }

    // MARK: Files

    func status(of paths: [RemotePath]) async throws -> [RemoteFile?] {
        let found = try await usingLink { try await link.status(of: paths.map(\.path)) }
        return found.map { $0.exists ? remoteFile($0) : nil }
    }

    func status(of paths: RemotePaths, take: @escaping @Sendable (Int, RemoteFile?) -> Void) async throws {
        try await usingLink {
            let question = try paths.derived.value(for: "stat \(link.features.contains(.stat_v2))") {
                () throws(ADBError) in
                try StatQuestion(paths.paths.map(\.path), features: link.features)
            }
            try await link.ask(question) { take($0, $1.exists ? remoteFile($1) : nil) }
        }
    }

    func list(_ folder: RemotePath) async throws -> [RemoteEntry] {
        let found = try await usingLink { try await link.list(folder.path) }
        return found.map { RemoteEntry(name: $0.text, file: remoteFile($0.status)) }
    }

    private func remoteFile(_ status: FileStatus) -> RemoteFile {
        let kind: RemoteFile.Kind =
            status.isRegular ? .file : status.isDirectory ? .folder : status.isSymlink ? .link : .other
        return RemoteFile(
            kind: kind, mode: status.mode & 0o7777, size: status.size, modified: status.modificationTime,
            isSizeExact: link.features.contains(.stat_v2))
    }

    func push(_ files: [FileToPush], progress: ProgressMeter) async throws -> [Farm.PushRefusal] {
        try await moving(progress) {
            let script = try scripts.script(for: files, features: link.features)
            return try await link.push(script, meter: progress).map { PushRefusal(index: $0.index, reason: $0.reason) }
        }
    }

    func pull(_ path: RemotePath, into sink: any PullSink, progress: ProgressMeter) async throws -> PullOutcome {
        let request = PullRequest(path: path.path) { try sink.take($0) }
        let replies = try await moving(progress) { try await link.pull([request], meter: progress) }
        switch replies.first {
        case .pulled(let bytes): return .pulled(bytes: bytes)
        case .refused(let reason): return .refused(reason: reason)
        case nil:
            throw PhoneError(
                .lost, operation: "pull \(path)", reason: "the phone gave no answer", mayHaveBeenSent: false)
        }
    }

    func pull(_ files: [FileToPull], progress: ProgressMeter) async throws {
        let requests = files.map { file in
            PullRequest(path: file.path.path) {
                try file.sink.take($0)
            } isFull: {
                file.sink.isFull
            } ended: { reply in
                switch reply {
                case .pulled(let bytes): try file.sink.ended(.pulled(bytes: bytes))
                case .refused(let reason): try file.sink.ended(.refused(reason: reason))
                }
            }
        }
        _ = try await moving(progress) { try await link.pull(requests, meter: progress) }
    }

    // MARK: Apps

    func install(_ app: AppPayload, options: InstallOptions, progress: ProgressMeter) async throws -> PackageReply {
        var flags = ["-r"]
        if options.grantsAll { flags.append("-g") }
        if options.allowsDowngrade { flags.append("-d") }
        if options.allowsTestOnly { flags.append("-t") }
        if let user = options.user { flags += ["--user", user] }
        let parts = app.parts.map { AppPart(name: $0.name, bytes: $0.bytes) }
        let outcome = try await moving(progress) { try await link.install(parts, flags: flags, meter: progress) }
        return PackageReply(outcome.reply)
    }

    func uninstall(_ package: PackageName, keepData: Bool, user: String?) async throws -> PackageReply {
        var flags = keepData ? ["-k"] : []
        if let user { flags += ["--user", user] }
        return PackageReply(try await usingLink { try await link.uninstall(package.description, flags: flags) })
    }

    /// The same as ``usingLink(_:)``, with its bytes counted for people who watch.
    private func moving<Answer>(_ meter: ProgressMeter, _ body: () async throws -> Answer) async throws -> Answer {
        let transfer = tally.begin(meter)
        defer { tally.end(transfer) }
        return try await usingLink(body)
    }

    /// Turns a failure of the link into the farm's.
    private func usingLink<Answer>(_ body: () async throws -> Answer) async throws -> Answer {
        do {
            return try await body()
        } catch let error as ADBError {
            throw PhoneError(using: error)
        }
    }
}

extension CommandResult {
    /// The command's answer in the farm's words.
    init(_ result: ShellResult) {
        let source: ExitSource =
            switch result.exitSource {
            case .packet: .protocolPacket
            case .sentinel: .sentinel
            case .absent: .absent
            case .endless: .endless
            }
        self.init(
            exit: result.exit, exitSource: source, output: result.output, error: result.error,
            isTruncated: result.isTruncated)
    }
}

extension PackageReply {
    /// The package manager's word, kept as it came.
    init(_ reply: InstallReply) {
        switch reply {
        case .success: self = .success(warnings: nil)
        case .installedWithWarnings(let words): self = .success(warnings: words)
        case .failure(let failure): self = .refused(code: failure.code, text: failure.text)
        case .notReady(let words): self = .refused(code: nil, text: words)
        case .other(let words): self = .unknown(text: words)
        case .empty: self = .unknown(text: "the package manager said nothing")
        }
    }
}
