import Glibc
public import Lanes
import SourceText

// Sendable: everything mutable is touched only on `lane`; public calls check that they are on it.

/// A conversation with an ssh-agent, which holds keys and signs with them, so that nobody else needs to see them.
///
/// One question is asked after the other, as the protocol has no numbers for them. After a failure the conversation is over.
/// The owner calls ``close()`` in the end.
public final class AgentClient: @unchecked Sendable {
    /// The lane on which everything happens.
    public let lane: Lane
    /// The socket's path.
    public let path: String

    private var socket: TCPSocket?
    private var received: [UInt8] = []
    private var waiting: [(question: [UInt8], answer: Waiter<AgentMessage.Answer>)] = []
    private var failure: SSHError?

    /// How long an agent may take to list its keys.
    public static let listLimit = Duration.seconds(10)
    /// How long it may take to sign: some ask their user first.
    public static let signLimit = Duration.seconds(60)

    /// Connects to the agent that listens on a socket.
    ///
    /// Call on the lane.
    ///
    /// - Parameter path: The value of `SSH_AUTH_SOCK`.
    /// - Throws: ``SSHError`` with `unavailable` when nobody listens there.
    public init(at path: String, on lane: Lane) throws(SSHError) {
        lane.preconditionOnLane()
        self.lane = lane
        self.path = path
        do throws(SystemError) {
            socket = try TCPSocket(adopting: try Self.connect(path), on: lane, handler: self)
        } catch {
            throw SSHError(
                .unavailable, "ask ssh-agent", "nobody answers at \(terminalSafe(path)): \(error.reason)",
                advice: "start ssh-agent, or unset SSH_AUTH_SOCK")
        }
    }

    private static func connect(_ path: String) throws(SystemError) -> CInt {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let room = MemoryLayout.size(ofValue: address.sun_path)
        guard !path.isEmpty, path.utf8.count < room else { throw SystemError("connect", errno: ENAMETOOLONG) }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let flags = CInt(SOCK_STREAM.rawValue) | CInt(SOCK_NONBLOCK.rawValue) | CInt(SOCK_CLOEXEC.rawValue)
        let descriptor = Glibc.socket(AF_UNIX, flags, 0)
        guard descriptor >= 0 else { throw SystemError("socket") }
        let length = socklen_t(MemoryLayout<sockaddr_un>.size)
        let status = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { Glibc.connect(descriptor, $0, length) }
        }
        // A socket of this machine connects at once, or its queue is full.
        guard status == 0 else {
            let error = SystemError("connect")
            Glibc.close(descriptor)
            throw error
        }
        return descriptor
    }

    /// The keys that the agent holds, in its order.
    ///
    /// - Throws: ``SSHError`` with `timedOut`, or `unavailable` when it is no agent or has gone; `CancellationError`.
    public func keys() async throws -> [AgentKey] {
        guard case .keys(let keys) = try await ask(AgentMessage.listKeys, within: Self.listLimit) else {
            throw SSHError(
                .unavailable, "ask ssh-agent", "it does not tell its keys", advice: "is it locked? ssh-add -X")
        }
        return keys
    }

    /// Has the agent sign with one of its keys.
    ///
    /// - Parameter algorithm: One of the key's `signatureAlgorithms`.
    /// - Returns: The bare signature, without the algorithm's name before it.
    /// - Throws: ``SSHError`` with `badKey` when it does not sign or signs otherwise; and as ``keys()`` does.
    public func sign(_ data: [UInt8], with key: SSHPublicKey, algorithm: String) async throws -> [UInt8] {
        let operation = "sign with ssh-agent"
        let question = AgentMessage.sign(data, with: key, algorithm: algorithm)
        guard case .signature(let signature) = try await ask(question, within: Self.signLimit) else {
            throw SSHError(
                .badKey, operation, "it did not sign with the \(key)",
                advice: "was it asked to confirm, or has the key gone from it? see ssh-add -l")
        }
        var fields = SSHFieldReader(signature)
        guard let name = try? fields.text(), let bytes = try? fields.bytes() else {
            throw SSHError(.badKey, operation, "what it made is no signature")
        }
        guard name == algorithm else {
            throw SSHError(
                .badKey, operation, "it signed with \(terminalSafe(name)) instead of \(algorithm)",
                advice: "use a newer ssh-agent, or an Ed25519 key")
        }
        return bytes
    }

    /// Ends the conversation.
    public func close() {
        lane.preconditionOnLane()
        end(SSHError(.closed, "ask ssh-agent", "the conversation was ended"))
    }

    // MARK: Asking

    private func ask(_ question: [UInt8], within limit: Duration) async throws -> AgentMessage.Answer {
        lane.preconditionOnLane()
        if let failure { throw failure }
        let answer = Waiter<AgentMessage.Answer>()
        waiting.append((question, answer))
        if waiting.count == 1 { socket?.send(question) }
        let timer = lane.schedule(after: limit) { [weak self] in
            self?.end(SSHError(.timedOut, "ask ssh-agent", "no answer within \(limit)"))
        }
        defer { timer.cancel() }
        return try await answer.value()
    }

    private func end(_ error: SSHError) {
        guard failure == nil else { return }
        failure = error
        socket?.close()
        socket = nil
        let left = waiting
        waiting = []
        for (_, answer) in left { answer.resume(with: .failure(error)) }
    }

    private func broken(_ reason: String) {
        end(
            SSHError(
                .unavailable, "ask ssh-agent", "\(terminalSafe(path)) \(reason)",
                advice: "is SSH_AUTH_SOCK the socket of an ssh-agent?"))
    }
}

extension AgentClient: SocketHandler {
    /// Nothing to do: it was connected from the beginning.
    public func socketConnected() {}

    /// Nothing to do: nobody asks for it.
    public func socketDrained() {}

    /// The agent has gone.
    public func socketFailed(_ failure: StreamFailure) { broken("failed: \(failure.reason)") }

    /// Takes the answers that are whole.
    public func socketReadable() {
        guard let socket else { return }
        let outcome = socket.read { received += $0 }
        do throws(AgentMessage.Broken) {
            while let message = try AgentMessage.take(from: &received) {
                guard !waiting.isEmpty else { return broken("speaks without being asked") }
                let answer = try AgentMessage.answer(message)
                waiting.removeFirst().answer.resume(with: .success(answer))
                if let next = waiting.first { socket.send(next.question) }
            }
        } catch {
            return broken("does not speak as an agent does")
        }
        if outcome != .drained { broken("ended the conversation") }
    }
}
