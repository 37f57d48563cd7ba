public import Lanes

// Sendable: everything mutable is touched only on `lane`; public calls check that they are on it.

/// A conversation with one SFTP server over one channel: many requests under way, each answered by its number.
///
/// Answers are handed to their askers by plain calls; tasks are woken only when an operation is over. It holds itself
/// until it is closed.
public final class SFTPClient: @unchecked Sendable {
    enum State {
        case greeting
        case open
        case ended(SFTPError)
    }

    /// One request that waits for its answer.
    struct Pending {
        let operation: SFTPOperation
        let mayTakeLong: Bool
        let take: (Result<SFTPAnswer, SFTPError>) -> Void
    }

    /// The lane on which everything happens.
    public let lane: Lane
    /// What messages call the server.
    public let name: String
    /// What this client allows itself; the blocks are what the server takes.
    public internal(set) var limits: SFTPLimits

    var offer = SFTPServerOffer()
    var state = State.greeting
    let ready = Waiter<Void>()
    private var stream: (any ByteStream)?
    private var cutter = SFTPPacketCutter()
    private var pending: [UInt32: Pending] = [:]
    private var lastID: UInt32 = 0
    private var lastHeard: LaneInstant
    private var watch: LaneTimer?
    /// Bytes of files that are under way, or came before their turn, of all transfers together.
    var bytesUnderWay = 0
    var moving = MovingMeters()

    private init(name: String, on lane: Lane, limits: SFTPLimits) {
        self.name = name
        self.lane = lane
        self.limits = limits
        lastHeard = lane.now
    }

    /// Greets the server at the other end of a channel.
    ///
    /// Call on the lane.
    ///
    /// - Parameters:
    ///   - name: What messages call the server.
    ///   - open: Makes the channel, whose owner the client becomes; it may still be connecting.
    /// - Throws: ``SFTPError``, `CancellationError`, or what `open` throws.
    public static func start(
        name: String, on lane: Lane, limits: SFTPLimits = SFTPLimits(),
        over open: (any SocketHandler) throws -> any ByteStream
    ) async throws -> SFTPClient {
        lane.preconditionOnLane()
        let client = SFTPClient(name: name, on: lane, limits: limits)
        client.stream = try open(client)
        client.greet()
        do {
            try await client.ready.value()
            try await client.askForLimits()
        } catch {
            client.close()
            throw error
        }
        return client
    }

    /// Ends the conversation; what waits for an answer hears of it.
    public func close() {
        lane.preconditionOnLane()
        end(SFTPError(.closed, "use sftp on \(name)", "the channel was closed"))
    }

    /// Why nothing can be asked any more.
    public var failure: SFTPError? {
        guard case .ended(let failure) = state else { return nil }
        return failure
    }

    // MARK: Asking

    /// Asks for something; the answer, or why there is none, is handed over once, on the lane.
    func ask(
        _ request: SFTPRequest, _ path: SFTPPath? = nil,
        _ take: @escaping (Result<SFTPAnswer, SFTPError>) -> Void
    ) {
        let operation = SFTPOperation(request.verb, path, on: name)
        guard let id = register(operation, mayTakeLong: request.mayTakeLong, take) else { return }
        stream?.send(request.packet(id: id))
    }

    /// Asks for a part of shared bytes to be written, without copying them.
    func ask(
        toWrite content: SharedBytes, _ range: Range<Int>, handle: [UInt8], at offset: UInt64, _ path: SFTPPath,
        _ take: @escaping (Result<SFTPAnswer, SFTPError>) -> Void
    ) {
        let request = SFTPRequest.write(handle: handle, offset: offset, count: range.count)
        let operation = SFTPOperation(request.verb, path, on: name)
        guard let id = register(operation, mayTakeLong: true, take) else { return }
        stream?.send(request.packet(id: id))
        stream?.send(content, range)
    }

    private func register(
        _ operation: SFTPOperation, mayTakeLong: Bool, _ take: @escaping (Result<SFTPAnswer, SFTPError>) -> Void
    ) -> UInt32? {
        lane.preconditionOnLane()
        if let failure {
            take(.failure(failure.during(operation.words)))
            return nil
        }
        if pending.isEmpty { lastHeard = lane.now }
        repeat { lastID &+= 1 } while pending[lastID] != nil
        pending[lastID] = Pending(operation: operation, mayTakeLong: mayTakeLong, take: take)
        watchForSilence()
        return lastID
    }

    // MARK: Greeting

    private func greet() {
        var packet = SFTPEncoder(SFTPKind.start)
        packet.append(3 as UInt32)
        stream?.send(packet.finish())
        watchForSilence()
    }

    private func takeGreeting(_ packet: UnsafeRawBufferPointer) throws(SFTPError) {
        let operation = "start sftp on \(name)"
        do throws(SFTPDamage) {
            var packet = SFTPDecoder(packet)
            guard try packet.byte() == SFTPKind.version else { throw SFTPDamage() }
            let version = try packet.number()
            guard version == 3 else { throw SFTPDamage() }
            offer = try SFTPServerOffer(from: &packet)
        } catch {
            throw SFTPError(
                .noSFTP, operation, "the answer is not that of an SFTP server of version 3",
                advice: "see that sshd has a working Subsystem sftp, and that logging in prints nothing")
        }
        state = .open
        ready.resume(with: .success(()))
    }

    private func askForLimits() async throws {
        var told: SFTPServerLimits?
        if offer.hasLimits {
            told = try await value(.limits) { answer in
                guard case .extended(let bytes) = answer else { return nil }
                return try? SFTPServerLimits(from: bytes)  // too short an answer is no answer, which the caller tells
            }
        }
        limits.readBlock = SFTPServerLimits.block(limits.readBlock, told?.read ?? 0)
        limits.writeBlock = SFTPServerLimits.block(limits.writeBlock, told?.write ?? 0)
        // Some handles are kept for folders that are listed meanwhile.
        if let open = told?.openFiles, open > 0 {
            limits.openFiles = max(1, min(limits.openFiles, Int(clamping: open) - 16))
        }
    }

    // MARK: Hearing

    private func take(_ packet: UnsafeRawBufferPointer) throws(SFTPError) {
        if case .greeting = state { return try takeGreeting(packet) }
        guard packet.count >= 5 else { throw violation("a packet of \(packet.count) bytes") }
        let id = UInt32(bigEndian: packet.loadUnaligned(fromByteOffset: 1, as: UInt32.self))
        guard let asked = pending.removeValue(forKey: id) else {
            throw violation("an answer to request \(id), which was not asked")
        }
        let answer: SFTPAnswer
        do throws(SFTPDamage) {
            answer = try SFTPAnswer(from: packet)
        } catch {
            let failure = violation("a packet of kind \(packet[0]) whose lengths do not fit")
            asked.take(.failure(failure.during(asked.operation.words)))
            throw failure
        }
        asked.take(.success(answer))
    }

    /// What the server did against the protocol.
    func violation(_ what: String, during operation: String? = nil) -> SFTPError {
        SFTPError(
            .protocolViolation, operation ?? "use sftp on \(name)", "the server broke the protocol: it sent \(what)",
            advice: "see which program answers as its sftp subsystem")
    }

    /// Ends the conversation with a reason that everybody who waits hears.
    func end(_ failure: SFTPError) {
        guard self.failure == nil else { return }
        state = .ended(failure)
        watch?.cancel()
        watch = nil
        stream?.close()
        stream = nil
        ready.resume(with: .failure(failure.during("start sftp on \(name)")))
        let waiting = pending
        pending = [:]
        for id in waiting.keys.sorted() {
            guard let asked = waiting[id] else { continue }
            asked.take(.failure(failure.during(asked.operation.words)))
        }
    }

    // MARK: Silence

    /// Looks when the limit could pass at the earliest, rather than moving a timer with every answer.
    private func watchForSilence(after wait: Duration? = nil) {
        guard watch == nil else { return }
        watch = lane.schedule(after: wait ?? limits.silence) { [weak self] in self?.lookForSilence() }
    }

    private func lookForSilence() {
        watch = nil
        let isGreeting = if case .greeting = state { true } else { false }
        guard failure == nil, isGreeting || !pending.isEmpty else { return }
        let limit = pending.values.contains(where: \.mayTakeLong) ? limits.silence * 10 : limits.silence
        let silent = lane.now.since(lastHeard)
        guard silent >= limit else { return watchForSilence(after: limit - silent) }
        end(
            SFTPError(
                .timedOut, "use sftp on \(name)", "the server has said nothing for \(limit) while an answer was due",
                advice: "see whether its disk or its sftp-server hangs"))
    }
}

extension SFTPClient: SocketHandler {
    /// What was queued leaves by itself.
    public func socketConnected() {}

    /// Takes what has come.
    public func socketReadable() {
        lastHeard = lane.now
        guard let stream else { return }
        do {
            let outcome = try stream.read { bytes in
                guard failure == nil else { return }
                try cutter.feed(
                    bytes,
                    tooLong: { violation("a packet of \($0) bytes, and \(SFTPPacketCutter.longest) is the limit") }
                ) { packet throws(SFTPError) in
                    guard failure == nil else { return }
                    try take(packet)
                }
            }
            switch outcome {
            case .drained: break
            case .endOfStream: end(notSFTP("the server ended the channel") ?? lost("the server ended the channel"))
            case .failed(let failure): end(lost(failure.reason))
            }
        } catch let failure as SFTPError {
            // A length without sense in the beginning is a text: the greeting of a shell's start-up file.
            end(notSFTP("what answers is not an SFTP server") ?? failure)
        } catch {
            end(lost("\(error)"))
        }
        if pending.isEmpty { cutter.forgetMemory() }
    }

    /// Nothing waits for that.
    public func socketDrained() {}

    /// The channel is gone.
    public func socketFailed(_ failure: StreamFailure) { end(lost(failure.reason)) }

    private func lost(_ reason: String) -> SFTPError {
        let isGreeting = if case .greeting = state { true } else { false }
        return SFTPError(.lost, isGreeting ? "start sftp on \(name)" : "use sftp on \(name)", reason)
    }

    /// What went wrong before the server greeted us; nil when it has.
    private func notSFTP(_ reason: String) -> SFTPError? {
        guard case .greeting = state else { return nil }
        return SFTPError(
            .noSFTP, "start sftp on \(name)", reason,
            advice: "see that sshd has a working Subsystem sftp, and that logging in prints nothing")
    }
}
