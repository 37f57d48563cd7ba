public import ADBWire
public import Lanes

/// One APK of an app: alone, or a base and its splits.
public struct AppPart: Sendable {
    /// The name in the install session, such as `base.apk`; unlike the others'.
    public let name: String
    /// The whole APK.
    public let bytes: SharedBytes

    /// Names an APK.
    public init(name: String, bytes: SharedBytes) {
        self.name = name
        self.bytes = bytes
    }
}

/// How an app got to the package manager.
public enum InstallWay: String, Hashable, Sendable, CaseIterable {
    /// `abb_exec`: streamed, without a process on the phone.
    case abb
    /// `exec:cmd package`: streamed.
    case exec
    /// Pushed to the phone and installed from there by `pm`.
    case staged
}

/// What the package manager answered, and by which way it was asked.
public struct InstallOutcome: Hashable, Sendable {
    /// The answer; `empty` when the outcome is not known and must be looked up.
    public let reply: InstallReply
    /// The way.
    public let way: InstallWay
}

extension ADBConnection {
    /// The ways to install that this phone's features promise, the quickest first.
    var installWays: [InstallWay] {
        (features.contains(.abb_exec) ? [.abb] : []) + (features.contains(.cmd) ? [.exec] : []) + [.staged]
    }

    /// Installs an app, streamed where the phone can; a way that the phone refuses to open is passed over.
    ///
    /// - Parameters:
    ///   - parts: One APK, or a base and its splits, which are then installed together.
    ///   - flags: Words for the package manager, such as `-r -t -d -g --user 0`; not quoted.
    /// - Throws: ``ADBError``, `CancellationError`. A refusal is not thrown.
    public func install(
        _ parts: [AppPart], flags: [String], meter: ProgressMeter? = nil
    ) async throws -> InstallOutcome {
        var refusal: ADBError?
        for way in installWays {
            do {
                return InstallOutcome(reply: try await install(parts, flags, by: way, meter), way: way)
            } catch let error as ADBError where error.code == .serviceRefused {
                refusal = error
            }
        }
        throw refusal ?? ADBError(.unsupported, "install on \(name)", "the phone offers no way to install")
    }

    private func install(
        _ parts: [AppPart], _ flags: [String], by way: InstallWay, _ meter: ProgressMeter?
    ) async throws -> InstallReply {
        if parts.count > 1 { return try await installSplits(parts, flags, by: way, meter) }
        guard let part = parts.first else {
            throw ADBError(.unsupported, "install on \(name)", "an app without an APK", mayHaveBeenSent: false)
        }
        guard way != .staged else { return try await installStaged(part, flags, meter) }
        let words = ["install"] + flags + ["-S", "\(part.bytes.count)"]
        return try await stream(part.bytes, to: PackageCommand(way, self).service(words), meter)
    }

    /// Streams bytes into the package manager and takes its answer, which may come before the last byte was sent.
    func stream(_ bytes: SharedBytes, to service: String, _ meter: ProgressMeter?) async throws -> InstallReply {
        let operation = "install on \(name)"
        let conversation = InstallConversation(
            bytes, meter: meter, limit: limits.packageAnswer, lane: lane, operation: operation)
        let stream = open(Array(service.utf8), operation: operation, within: limits.openPackage, handler: conversation)
        stream.meter = meter
        conversation.stream = stream
        stream.send(bytes, 0..<bytes.count)
        meter?.expectBytes(true)
        defer {
            meter?.expectBytes(false)
            conversation.stopWaiting()
        }
        let text = try await conversation.end.value(orClosing: stream)
        let reply = InstallReply(parsing: text)
        if reply == .empty, let failure = await explainEarlyEnd(operation) { throw failure }
        return reply
    }
}

/// How the package manager is called by each way.
struct PackageCommand {
    private let way: InstallWay
    private let isAndroid7: Bool
    private let hasCommand: Bool

    init(_ way: InstallWay, _ connection: any ADBConnection) {
        self.way = way
        hasCommand = connection.features.contains(.cmd)
        isAndroid7 = hasCommand && !connection.features.contains(.stat_v2)
    }

    /// A service that takes bytes.
    func service(_ words: [String]) -> String {
        guard way != .abb else { return "abb_exec:" + (["package"] + words).joined(separator: "\0") }
        return "exec:" + line(words, session: false)
    }

    /// A service of an install session; Android 7 writes its `Success` where nobody reads it unless `pm` is asked.
    func sessionService(_ words: [String]) -> String {
        guard way != .abb else { return service(words) }
        return "exec:" + line(words, session: true)
    }

    private func line(_ words: [String], session: Bool) -> String {
        let program = hasCommand && !(session && isAndroid7) ? "cmd package" : "pm"
        return ([program] + words.map(ShellQuoting.quoteIfNeeded)).joined(separator: " ")
    }
}

extension ShellQuoting {
    /// Plain words stay as they are, for people who read the phone's log.
    static func quoteIfNeeded(_ word: String) -> String {
        let isPlain =
            !word.isEmpty
            && word.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
                case UInt8(ascii: "0")...UInt8(ascii: "9"): true
                case UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "/"): true
                default: false
                }
            }
        return isPlain ? word : quote(word)
    }
}

// Sendable: touched only on the connection's lane.
private final class InstallConversation: StreamHandler, @unchecked Sendable {
    let end = Waiter<String>()
    var stream: (any ADBStream)?
    private let meter: ProgressMeter?
    private let limit: Duration
    private let lane: Lane
    private let operation: String
    private var text: [UInt8] = []
    private var timer: LaneTimer?

    init(_ bytes: SharedBytes, meter: ProgressMeter?, limit: Duration, lane: Lane, operation: String) {
        self.meter = meter
        self.limit = limit
        self.lane = lane
        self.operation = operation
    }

    func streamReceived(_ bytes: UnsafeRawBufferPointer) {
        // The package manager says a line or a stack trace; more is not worth keeping.
        text.append(contentsOf: bytes.prefix(65536 - text.count))
    }

    /// All bytes are there: now the phone works, and no byte is due.
    func streamDrained() {
        guard timer == nil else { return }
        meter?.expectBytes(false)
        timer = lane.schedule(after: limit) { [self] in
            stream?.close()
            let failure = ADBError(.timedOut, operation, "the package manager did not answer within \(limit)")
            end.resume(with: .failure(failure))
        }
    }

    func streamEnded(_ failure: ADBError?) {
        stopWaiting()
        end.resume(with: failure.map { .failure($0) } ?? .success(String(decoding: text, as: UTF8.self)))
    }

    func stopWaiting() {
        timer?.cancel()
        stream = nil
    }
}
