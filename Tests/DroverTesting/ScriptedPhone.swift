public import Farm
public import Lanes
import Synchronization

/// A phone that answers from a script and notes everything it was asked; nothing stands behind it.
///
/// Requests are noted as lines: `run dumpsys package com.x`, `feed tar -x < 512 bytes`, `status 3`, `list /sdcard`, `push 2: /a, /b`,
/// `pull /a`, `install base.apk`, `uninstall com.x`, `reboot system`, `follow logcat`, `close`.
public final class ScriptedPhone: ConnectedPhone {
    /// What the phone has and says.
    public struct Script: Sendable {
        /// Answers to shell lines, word for word; the last answer of a line is given again and again.
        public var answers: [String: [CommandResult]] = [:]
        /// The answer to lines that are not in ``answers``.
        public var otherwise = CommandResult(
            exit: 127, exitSource: .protocolPacket, output: [], error: Array("sh: inaccessible or not found".utf8))
        /// What `status` tells, by path; a push adds to it.
        public var files: [String: RemoteFile] = [:]
        /// What `list` tells, by folder.
        public var folders: [String: [RemoteEntry]] = [:]
        /// What a pull brings, by path.
        public var contents: [String: [UInt8]] = [:]
        /// Refusals of pushes, by path.
        public var pushRefusals: [String: String] = [:]
        /// Whether pushed files arrive a byte short.
        public var cutsPushedFiles = false
        /// The answers to installs, the last one again and again.
        public var installReplies: [PackageReply] = [.success(warnings: nil)]
        /// The answers to uninstalls.
        public var uninstallReplies: [PackageReply] = [.success(warnings: nil)]
        /// Answers that replace those of ``answers`` once an install succeeded.
        public var answersAfterInstall: [String: [CommandResult]] = [:]
        /// What `follow` gives, in pieces.
        public var log: [[UInt8]] = []
        /// The exit code behind ``log``.
        public var logExit: Int?
        /// Shell lines that are followed, behind whose answer the phone is lost.
        public var cuts: Set<String> = []
        /// Thrown instead of the answer to a request, by the beginning of its note.
        public var failures: [String: PhoneError] = [:]

        /// A phone that knows nothing.
        public init() {}

        /// Adds an answer with exit code 0.
        public mutating func says(_ text: String, to line: String, exit: Int = 0) {
            answers[line, default: []].append(Self.result(text, exit: exit))
        }

        /// Adds an answer that holds from the next successful install on.
        public mutating func saysAfterInstall(_ text: String, to line: String, exit: Int = 0) {
            answersAfterInstall[line, default: []].append(Self.result(text, exit: exit))
        }

        /// A result with this output.
        public static func result(_ text: String, exit: Int = 0, error: String = "") -> CommandResult {
            CommandResult(
                exit: exit, exitSource: .protocolPacket, output: Array(text.utf8), error: Array(error.utf8))
        }
    }

    /// Which phone this plays.
    public let id: TargetID
    /// The lane it lives on.
    public let lane: Lane
    /// What it says of itself.
    public let facts: [String: String]
    private struct State: Sendable {
        var script: Script
        var requests: [String] = []
    }
    private let state: Mutex<State>

    /// A phone of that name on a lane of its own unless one is given.
    public init(
        _ name: String = "px-1", lane: Lane? = nil, facts: [String: String] = ["features": "shell_v2,cmd,stat_v2"],
        _ fill: (inout Script) -> Void = { _ in }
    ) throws {
        id = .phone(name)
        self.lane = try lane ?? Lane(name: "test")
        self.facts = facts
        var script = Script()
        fill(&script)
        state = Mutex(State(script: script))
    }

    /// Everything the phone was asked, in order.
    public var requests: [String] { state.withLock { $0.requests } }

    /// Changes the script from here on.
    public func change(_ body: @Sendable (inout Script) -> Void) { state.withLock { body(&$0.script) } }

    private func note<Answer: Sendable>(
        _ request: String, _ answer: (inout Script) throws -> Answer
    ) throws -> Answer {
        try state.withLock { state in
            state.requests.append(request)
            for (start, failure) in state.script.failures where request.hasPrefix(start) { throw failure }
            return try answer(&state.script)
        }
    }

    private static func next<Answer>(_ answers: inout [Answer]) -> Answer? {
        answers.count > 1 ? answers.removeFirst() : answers.first
    }

    /// Notes the line and gives the scripted answer.
    public func run(_ line: String, input: [UInt8], outputLimit: Int) async throws -> CommandResult {
        let words = input.isEmpty ? "" : " < \(String(decoding: input, as: UTF8.self))"
        return try note("run \(line)\(words)") { Self.answer(line, &$0) }
    }

    private static func answer(_ line: String, _ script: inout Script) -> CommandResult {
        guard var answers = script.answers[line] else { return script.otherwise }
        let answer = next(&answers) ?? script.otherwise
        script.answers[line] = answers
        return answer
    }

    /// Notes the line and how long its input is, and gives the scripted answer.
    public func feed(
        _ line: String, input: [SharedSlice], outputLimit: Int, progress: ProgressMeter
    ) async throws -> CommandResult {
        let bytes = input.reduce(0) { $0 + $1.count }
        progress.move(bytes)
        return try note("feed \(line) < \(bytes) bytes") { Self.answer(line, &$0) }
    }

    /// Notes the line and hands on the scripted answer to it, or the scripted log.
    public func follow(
        _ line: String, take: @escaping @Sendable (UnsafeRawBufferPointer) -> Bool
    ) async throws -> Int? {
        let (pieces, isCut, exit) = try note("follow \(line)") { script -> ([[UInt8]], Bool, Int?) in
            guard var answers = script.answers[line], let answer = Self.next(&answers) else {
                return (script.log, false, script.logExit)
            }
            script.answers[line] = answers
            return ([answer.output], script.cuts.contains(line), answer.exit)
        }
        for piece in pieces where !piece.withUnsafeBytes(take) { return nil }
        if isCut { throw PhoneError(.lost, operation: line, reason: "the connection was reset") }
        return exit
    }

    /// Notes how many paths were asked about.
    public func status(of paths: [RemotePath]) async throws -> [RemoteFile?] {
        try note("status \(paths.count)") { script in paths.map { script.files[$0.path] } }
    }

    /// Notes the folder.
    public func list(_ folder: RemotePath) async throws -> [RemoteEntry] {
        try note("list \(folder.path)") { $0.folders[folder.path] ?? [] }
    }

    /// Notes the paths; what is pushed is there afterwards.
    public func push(_ files: [FileToPush], progress: ProgressMeter) async throws -> [PushRefusal] {
        try note("push \(files.count): " + files.map(\.path.path).joined(separator: ", ")) { script in
            var refusals: [PushRefusal] = []
            for (index, file) in files.enumerated() {
                if let reason = script.pushRefusals[file.path.lastComponent] {
                    refusals.append(PushRefusal(index: index, reason: reason))
                } else {
                    script.files[file.path.path] = Self.status(of: file, cut: script.cutsPushedFiles)
                }
            }
            return refusals
        }
    }

    private static func status(of file: FileToPush, cut: Bool) -> RemoteFile {
        switch file.content {
        case .bytes(let bytes):
            RemoteFile(
                kind: .file, mode: file.mode, size: UInt64(max(0, bytes.count - (cut ? 1 : 0))), modified: file.modified
            )
        case .link(let target):
            RemoteFile(kind: .link, mode: 0o777, size: UInt64(target.utf8.count), modified: file.modified)
        case .folder:
            RemoteFile(kind: .folder, mode: 0o771, size: 4096, modified: file.modified)
        }
    }

    /// Notes the path and hands over the scripted bytes.
    public func pull(
        _ path: RemotePath, into sink: any PullSink, progress: ProgressMeter
    ) async throws -> PullOutcome {
        let bytes = try note("pull \(path.path)") { $0.contents[path.path] }
        guard let bytes else { return .refused(reason: "open failed: No such file or directory") }
        try bytes.withUnsafeBytes { try sink.take($0) }
        return .pulled(bytes: UInt64(bytes.count))
    }

    /// Notes flags and parts.
    public func install(
        _ app: AppPayload, options: InstallOptions, progress: ProgressMeter
    ) async throws -> PackageReply {
        var flags = options.grantsAll ? " -g" : ""
        if options.allowsDowngrade { flags += " -d" }
        if options.allowsTestOnly { flags += " -t" }
        if let user = options.user { flags += " --user \(user)" }
        return try note("install\(flags) " + app.parts.map(\.name).joined(separator: " ")) { script in
            let reply = Self.next(&script.installReplies) ?? .success(warnings: nil)
            if case .success = reply { script.answers.merge(script.answersAfterInstall) { $1 } }
            return reply
        }
    }

    /// Notes flags and package.
    public func uninstall(_ package: PackageName, keepData: Bool, user: String?) async throws -> PackageReply {
        let flags = (keepData ? " -k" : "") + (user.map { " --user \($0)" } ?? "")
        return try note("uninstall\(flags) \(package)") { Self.next(&$0.uninstallReplies) ?? .success(warnings: nil) }
    }

    /// Notes the mode.
    public func reboot(into mode: String?) async throws { try note("reboot \(mode ?? "system")") { _ in } }

    /// Notes the end.
    public func close() async {
        // Closing a phone that is to fail on it is no failure.
        try? note("close") { _ in }
    }
}
