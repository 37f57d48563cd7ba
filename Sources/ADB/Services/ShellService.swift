import ADBWire
public import Lanes

/// What a command on a phone answered.
public struct ShellResult: Hashable, Sendable {
    /// How the exit code was learned.
    public enum ExitSource: Hashable, Sendable {
        /// The shell protocol's exit packet.
        case packet
        /// A marker printed after the command, on phones without the shell protocol.
        case sentinel
        /// Not at all: the stream ended without telling.
        case absent
        /// Not at all: the command printed ``endlessOutput`` bytes more than were kept, and was given up.
        case endless
    }

    /// The exit code, 0...255; nil when the stream ended without telling, which is never a success.
    public var exit: Int?
    /// Where ``exit`` came from.
    public var exitSource = ExitSource.absent
    /// Standard output as it came, up to the limit.
    public var output: [UInt8] = []
    /// Standard error; empty on phones that cannot keep it apart.
    public var error: [UInt8] = []
    /// Whether more came than the limit allowed; the rest was read and dropped.
    public var isTruncated = false

    /// Bytes beyond the kept ones after which a command counts as one that prints for ever: 64 MiB.
    public static var endlessOutput: Int { OutputOverflow.endless }
}

extension ADBConnection {
    /// Runs one shell line and waits for its end.
    ///
    /// - Parameters:
    ///   - line: The line as `/system/bin/sh -c` gets it; the caller has quoted what needs quoting.
    ///   - input: Standard input, closed after these bytes; ignored on phones without the shell protocol.
    ///   - outputLimit: Bytes kept of each of output and error. Default: 1 MiB.
    /// - Throws: ``ADBError``, `CancellationError`.
    public func run(
        _ line: String, input: [UInt8] = [], outputLimit: Int = 1 << 20, meter: ProgressMeter? = nil
    ) async throws -> ShellResult {
        guard features.contains(.shell_v2) else {
            return try await runLegacy(line, outputLimit: outputLimit, meter: meter)
        }
        let conversation = ShellConversation(outputLimit: outputLimit)
        return try await converse("shell,v2,raw:" + line, conversation, meter) { stream in
            stream.send(ShellPacket.framed(stdin: input))
        }
    }

    /// Opens a shell service, gives it its first input, and waits for its end.
    func converse(
        _ service: String, _ conversation: ShellConversation, _ meter: ProgressMeter?,
        begin: (any ADBStream) -> Void = { _ in }
    ) async throws -> ShellResult {
        let stream = open(service, operation: "run a command on \(name)", handler: conversation)
        stream.meter = meter
        conversation.stream = stream
        begin(stream)
        let result = try await conversation.end.value(orClosing: stream)
        // A dead link or server also ends streams without an exit code, and that is no answer of the phone.
        if result.exitSource == .absent, let failure = await explainEarlyEnd("run a command on \(name)") {
            throw failure
        }
        return result
    }

    /// Runs one shell line whose output is handed on while it arrives, until `take` returns false or the line ends.
    ///
    /// Without the shell protocol the output comes mixed with errors, and no exit code.
    ///
    /// - Returns: The exit code; nil when `take` has ended it, and where none comes.
    /// - Throws: ``ADBError``, `CancellationError`.
    @discardableResult
    public func follow(_ line: String, take: @escaping @Sendable (UnsafeRawBufferPointer) -> Bool) async throws -> Int?
    {
        let isFramed = features.contains(.shell_v2)
        let conversation = FollowConversation(isFramed: isFramed, take: take)
        let service = (isFramed ? "shell,v2,raw:" : "shell:") + line
        let stream = open(service, operation: "follow a command on \(name)", handler: conversation)
        conversation.stream = stream
        if isFramed { stream.send(ShellPacket.framed(stdin: [])) }
        let end = try await conversation.end.value(orClosing: stream)
        if isFramed, end.exit == nil, !end.wasEnough, let failure = await explainEarlyEnd("follow a command on \(name)")
        {
            throw failure
        }
        return end.exit
    }
}

extension ShellPacket {
    /// Input in packets of at most 64 KiB, and the packet that closes it.
    fileprivate static func framed(stdin input: [UInt8]) -> [UInt8] {
        guard !input.isEmpty else { return nothing }
        var bytes: [UInt8] = []
        var rest = input[...]
        while !rest.isEmpty {
            ShellPacket.stdin.append(rest.prefix(65536), to: &bytes)
            rest = rest.dropFirst(65536)
        }
        return bytes + nothing
    }

    private static let nothing = ShellPacket.closeStdin.encoded()
}

/// Takes the answer of one command of the shell protocol, and feeds its input when that is long.
// Sendable: touched only on the connection's lane.
final class ShellConversation: StreamHandler, @unchecked Sendable {
    let end = Waiter<ShellResult>()
    var stream: (any ADBStream)?
    private var parser = ShellPacketParser()
    private var result = ShellResult()
    private let outputLimit: Int
    private var overflow: OutputOverflow
    private var feed: FeedCursor?
    private let meter: ProgressMeter?

    init(outputLimit: Int, feed: FeedCursor? = nil, meter: ProgressMeter? = nil) {
        self.outputLimit = outputLimit
        self.feed = feed
        self.meter = meter
        overflow = OutputOverflow(kept: 2 * outputLimit)
    }

    func streamNeedsBytes() {
        if let stream { feed?.fill(stream) }
    }

    func streamDrained() {
        // From here on the command works on what it has, and no byte is due.
        if feed?.isAtEnd == true { meter?.expectBytes(false) }
    }

    func streamReceived(_ bytes: UnsafeRawBufferPointer) {
        guard overflow.takes(bytes.count, of: stream) else {
            result.isTruncated = true
            result.exitSource = .endless
            return finish(.success(result))
        }
        var rest = bytes
        do throws(WireError) {
            while case .data(let kind, let data, _)? = try parser.next(&rest) {
                switch kind {
                case .stdout: result.isTruncated = keep(data, in: &result.output) || result.isTruncated
                case .stderr: result.isTruncated = keep(data, in: &result.error) || result.isTruncated
                case .exit:
                    guard let code = data.first else { continue }
                    result.exit = Int(code)
                    result.exitSource = .packet
                    // Exit comes last, after both outputs; waiting for CLSE would tell nothing more.
                    return finish(.success(result))
                case .stdin, .closeStdin, .windowSize: continue
                }
            }
        } catch {
            finish(.failure(ADBError(.protocolViolation, "read a command's output", "\(error)")))
        }
    }

    /// Keeps what there is room for; true when that is not all.
    private func keep(_ data: UnsafeRawBufferPointer, in kept: inout [UInt8]) -> Bool {
        let room = max(0, outputLimit - kept.count)
        kept.append(contentsOf: data.prefix(room))
        return data.count > room
    }

    func streamEnded(_ failure: ADBError?) {
        finish(failure.map { .failure($0) } ?? .success(result))
    }

    private func finish(_ outcome: Result<ShellResult, any Error>) {
        stream?.close()
        stream = nil
        end.resume(with: outcome)
    }
}

// Sendable: touched only on the connection's lane.
private final class FollowConversation: StreamHandler, @unchecked Sendable {
    /// The exit code, and whether enough had come before there was one.
    let end = Waiter<(exit: Int?, wasEnough: Bool)>()
    var stream: (any ADBStream)?
    private var parser = ShellPacketParser()
    private let isFramed: Bool
    private let take: @Sendable (UnsafeRawBufferPointer) -> Bool

    init(isFramed: Bool, take: @escaping @Sendable (UnsafeRawBufferPointer) -> Bool) {
        self.isFramed = isFramed
        self.take = take
    }

    func streamReceived(_ bytes: UnsafeRawBufferPointer) {
        guard isFramed else {
            if !take(bytes) { finish(.success((nil, true))) }
            return
        }
        var rest = bytes
        do throws(WireError) {
            while case .data(let kind, let data, _)? = try parser.next(&rest) {
                if kind == .exit { return finish(.success((data.first.map { Int($0) }, false))) }
                if kind == .stdout || kind == .stderr, !take(data) { return finish(.success((nil, true))) }
            }
        } catch {
            finish(.failure(ADBError(.protocolViolation, "read a command's output", "\(error)")))
        }
    }

    func streamEnded(_ failure: ADBError?) { finish(failure.map { .failure($0) } ?? .success((nil, false))) }

    private func finish(_ outcome: Result<(exit: Int?, wasEnough: Bool), any Error>) {
        stream?.close()
        stream = nil
        end.resume(with: outcome)
    }
}
