import Crypto
import Lanes

// Sendable: touched only on the lane.

/// One client's connection: requests in, one after the other, and their answers out in the same order.
final class HTTPConnection: SocketHandler, @unchecked Sendable {
    private let lane: Lane
    private let handler: any HTTPHandler
    private let heads: HTTPHeadParser
    private var socket: (any ResettableStream)?
    private var incoming = IncomingBytes()
    /// Somebody waits for bytes, or for those that were sent to leave.
    private var waiter: Waiter<Void>?
    private var body: BodyDrain?
    private var parser: HTTPBodyParser?
    private var mustSayContinue = false
    private var hasEnded = false
    private var isDiscarding = false
    /// Bytes that are kept for later before the client is held back.
    private static let ahead = 256 << 10

    /// - Parameter tls: What makes TLS sessions; nil to speak in the clear.
    init(_ descriptor: CInt, on lane: Lane, limits: HTTPLimits, tls: TLSServer?, handler: any HTTPHandler) throws {
        self.lane = lane
        self.handler = handler
        heads = HTTPHeadParser(limits: limits)
        if let tls {
            socket = try TLSStream(adopting: descriptor, as: tls, on: lane, handler: self)
        } else {
            socket = try TCPSocket(adopting: descriptor, on: lane, handler: self)
        }
    }

    /// Answers until the client has gone, or an answer ends the connection.
    func serve() async {
        while socket != nil, await serveOne() {}
        close()
    }

    /// Answers one request; false when it was the last.
    private func serveOne() async -> Bool {
        var head: HTTPRequestHead?
        do {
            head = try await nextHead()
            guard let head else { return false }
            let parser = try HTTPBodyParser(head)
            self.parser = parser
            mustSayContinue = head.value(of: "Expect")?.lowercased() == "100-continue" && head.minorVersion > 0
            let body = HTTPRequestBody(declaredLength: parser.declaredLength, of: self)
            return try await send(handler.answer(head, body), to: head)
        } catch let problem as HTTPProblem {
            guard problem != .bodyCut else { return false }
            await sendLast(handler.refusal(problem, of: head), to: head)
        } catch {
            await sendLast(HTTPReply(500, [], .bytes(Array("\(error)\n".utf8))), to: head)
        }
        return false
    }

    // MARK: Reading

    private func nextHead() async throws -> HTTPRequestHead? {
        while true {
            if let head = try heads.takeHead(from: &incoming) { return head }
            guard !hasEnded, socket != nil else { return nil }
            await wait()
        }
    }

    /// Hands the body of the present request to a sink.
    func readBody(into sink: any HTTPBodySink, atMost limit: Int) async throws {
        lane.preconditionOnLane()
        guard let parser, !parser.isDone else { return }
        sayContinue()
        var drain = BodyDrain(parser, into: sink, atMost: limit)
        let arrived = incoming.take(incoming.count)
        arrived.withUnsafeBytes { incoming.append(drain.take($0)) }
        body = drain
        while let now = body, !now.isOver, !hasEnded { await wait() }
        let ended = body ?? drain
        body = nil
        self.parser = ended.parser
        if let failure = ended.failure { throw failure }
        guard ended.parser.isDone else { throw HTTPProblem.bodyCut }
    }

    private func sayContinue() {
        guard mustSayContinue else { return }
        mustSayContinue = false
        // A client that sends its body anyway does not wait for the word.
        if incoming.isEmpty { socket?.send(Array("HTTP/1.1 100 Continue\r\n\r\n".utf8)) }
    }

    private func wait() async {
        let waiter = Waiter<Void>()
        self.waiter = waiter
        if incoming.count < Self.ahead, !hasEnded { socket?.resumeReading() }
        // Nobody gives this one an error.
        try? await waiter.value(cancellable: false)
    }

    private func wake() {
        waiter?.resume(with: .success(()))
        waiter = nil
    }

    func socketConnected() {}

    func socketReadable() {
        guard let socket else { return }
        let outcome = socket.read { bytes in
            guard !isDiscarding else { return }
            if let rest = body?.take(bytes) { incoming.append(rest) } else { incoming.append(bytes) }
        }
        if outcome != .drained {
            hasEnded = true
            socket.pauseReading()
        } else if incoming.count >= Self.ahead, !isDiscarding {
            socket.pauseReading()
        }
        if hasEnded || body?.isOver ?? true { wake() }
    }

    func socketDrained() { wake() }

    func socketFailed(_ failure: StreamFailure) {
        hasEnded = true
        socket = nil
        wake()
    }

    // MARK: Answering

    /// Sends an answer; false when the connection ends with it.
    private func send(_ reply: HTTPReply, to head: HTTPRequestHead) async throws -> Bool {
        switch reply.ending {
        case .hangUp:
            close()
            return false
        case .reset:
            socket?.reset()
            socket = nil
            return false
        case .keepOpen, .close, .cut: break
        }
        guard await discardBody() else {
            await sendLast(reply, to: head)
            return false
        }
        let closes = reply.ending != .keepOpen || wantsClose(head)
        socket?.send(HTTPReplyWriter.head(reply, to: head, closes: closes))
        sendBody(of: reply, to: head)
        guard !closes else {
            socket?.closeWhenDrained()
            return false
        }
        // A client that asks on without reading gets no more answers made.
        while let socket, socket.queuedByteCount > Self.ahead, !hasEnded {
            socket.tellWhenDrained()
            await wait()
        }
        return true
    }

    private func wantsClose(_ head: HTTPRequestHead) -> Bool {
        let wish = head.value(of: "Connection")?.lowercased()
        return wish == "close" || (head.minorVersion == 0 && wish != "keep-alive")
    }

    private func sendBody(of reply: HTTPReply, to head: HTTPRequestHead?) {
        guard HTTPReplyWriter.hasBody(reply, to: head) else { return }
        var limit = reply.body.count
        if case .cut(let bytes) = reply.ending { limit = min(limit, bytes) }
        switch reply.body {
        case .none: break
        case .bytes(let bytes): socket?.send(Array(bytes.prefix(limit)))
        case .shared(let bytes, let range): socket?.send(bytes, range.lowerBound..<range.lowerBound + limit)
        }
    }

    /// Reads the rest of a body that nobody wanted; false when it is too long for that, or may never come.
    private func discardBody() async -> Bool {
        guard let parser, !parser.isDone else { return true }
        guard !mustSayContinue else { return false }
        return (try? await readBody(into: Nowhere(), atMost: 1 << 20)) != nil
    }

    /// Answers, and reads on without looking for a while: closing at once would take the answer from a client that
    /// still sends.
    private func sendLast(_ reply: HTTPReply, to head: HTTPRequestHead?) async {
        socket?.send(HTTPReplyWriter.head(reply, to: head, closes: true))
        sendBody(of: reply, to: head)
        socket?.endSending()
        isDiscarding = true
        body = nil
        lane.schedule(after: .seconds(2)) { [weak self] in self?.close() }
        while socket != nil, !hasEnded { await wait() }
    }

    /// Ends the connection; what was sent and has not left is dropped, unless it was to be the last.
    func close() {
        hasEnded = true
        if let socket, socket.queuedByteCount > 0 { socket.closeWhenDrained() } else { socket?.close() }
        socket = nil
        wake()
    }

    /// Ends the connection at once.
    func abandon() {
        socket?.close()
        close()
    }

    private final class Nowhere: HTTPBodySink {
        func take(_ bytes: UnsafeRawBufferPointer) {}
    }
}
