public import Lanes

/// One request as a ``ScriptedHTTPServer`` read it.
public struct HTTPExchange: Sendable {
    /// The first line's method.
    public let method: String
    /// The first line's target: a path, or a whole address when a proxy is asked.
    public let target: String
    /// The header lines by their names in lower case.
    public let fields: [String: String]
    /// What came with it.
    public let body: [UInt8]
    /// Counts the requests of the server, from 0 on.
    public let number: Int
    /// Counts the connections of the server, from 0 on.
    public let connection: Int
}

// Sendable: touched only on the server's lane.

/// One connection to a scripted server, as its script answers on it.
public final class HTTPLine: SocketHandler, @unchecked Sendable {
    private let number: Int
    private unowned let server: ScriptedHTTPServer
    private var socket: TCPSocket?
    private var pending: [UInt8] = []
    private var hasPromisedToRead = false

    init(_ descriptor: CInt, number: Int, server: ScriptedHTTPServer, on lane: Lane) throws {
        self.number = number
        self.server = server
        socket = try TCPSocket(adopting: descriptor, on: lane, handler: self)
    }

    /// Answers in full, with the body's length unless `fields` has one.
    public func answer(_ status: Int, _ fields: [(String, String)] = [], _ body: [UInt8] = []) {
        var text = "HTTP/1.1 \(status) Said\r\n"
        for (name, value) in fields { text += "\(name): \(value)\r\n" }
        if !fields.contains(where: { ["content-length", "transfer-encoding"].contains($0.0.lowercased()) }) {
            text += "Content-Length: \(body.count)\r\n"
        }
        send(Array((text + "\r\n").utf8) + body)
    }

    /// Answers in full with a text.
    public func answer(_ status: Int, _ fields: [(String, String)] = [], _ body: String) {
        answer(status, fields, Array(body.utf8))
    }

    /// Answers in full with a text and nothing else to say.
    public func answer(_ status: Int, _ body: String) { answer(status, [], body) }

    /// Sends bytes as they are.
    public func send(_ bytes: [UInt8]) { socket?.send(bytes) }

    /// Sends a text as it is.
    public func send(_ text: String) { send(Array(text.utf8)) }

    /// Ends the connection once everything has left.
    public func hangUp() { socket?.closeWhenDrained() }

    /// Ends the connection with a TCP reset.
    public func reset() {
        socket?.reset()
        ended()
    }

    func close() {
        socket?.close()
        ended()
    }

    private func ended() {
        guard socket != nil else { return }
        socket = nil
        server.lineEnded()
    }

    /// Nothing to do: the line was accepted.
    public func socketConnected() {}
    /// Nothing to do: nobody asks for it.
    public func socketDrained() {}
    /// The client has gone.
    public func socketFailed(_ error: StreamFailure) { ended() }

    /// Reads what is there and answers every request that is whole.
    public func socketReadable() {
        let outcome = socket?.read { pending += Array($0) }
        while let exchange = takeRequest() { server.take(exchange, on: self) }
        if outcome != .drained { close() }
    }

    private func takeRequest() -> HTTPExchange? {
        let text = String(decoding: pending, as: UTF8.self)
        guard let end = text.range(of: "\r\n\r\n") else { return nil }
        let headLength = text[..<end.upperBound].utf8.count
        let lines = text[..<end.lowerBound].split(separator: "\r\n")
        let words = lines[0].split(separator: " ")
        var fields: [String: String] = [:]
        for line in lines.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1)
            fields[parts[0].lowercased()] = parts.count > 1 ? String(parts[1].drop { $0 == " " }) : ""
        }
        if fields["expect"] != nil, !hasPromisedToRead {
            hasPromisedToRead = true
            send("HTTP/1.1 100 Continue\r\n\r\n")
        }
        let length = fields["content-length"].flatMap { Int($0) } ?? 0
        guard pending.count >= headLength + length, words.count > 1 else { return nil }
        let body = Array(pending[headLength..<headLength + length])
        pending.removeFirst(headLength + length)
        hasPromisedToRead = false
        return HTTPExchange(
            method: String(words[0]), target: String(words[1]), fields: fields, body: body,
            number: server.nextNumber(), connection: number)
    }
}

extension String {
    fileprivate func range(of wanted: String) -> Range<String.Index>? { firstRange(of: wanted) }
}

// Sendable: touched only on its lane, but for `base`.

/// An HTTP server on loopback whose every answer a test writes, also those that no server should give.
public final class ScriptedHTTPServer: @unchecked Sendable {
    /// What writes the answer to a request.
    public typealias Script = @Sendable (HTTPExchange, HTTPLine) -> Void

    /// Its address without a slash at the end: `http://127.0.0.1:41234`.
    public private(set) var base = ""
    private let lane: Lane
    private let script: Script
    private var listener: TCPListener?
    private var lines: [HTTPLine] = []
    private var taken: [HTTPExchange] = []
    private var ended = 0
    private var numbers = 0
    private var waiting: [(isMet: @Sendable (ScriptedHTTPServer) -> Bool, waiter: Waiter<Void>)] = []

    private init(on lane: Lane, script: @escaping Script) throws {
        self.lane = lane
        self.script = script
        let listener = try TCPListener(at: .loopback(port: 0), on: lane) { [unowned self] descriptor in
            guard let line = try? HTTPLine(descriptor, number: lines.count, server: self, on: lane) else { return }
            lines.append(line)
            tell()
        }
        self.listener = listener
        base = "http://127.0.0.1:\(listener.address.port)"
    }

    /// Runs `body` beside a server with a lane of its own, and ends the server.
    public static func serving<Value: Sendable>(
        _ script: @escaping Script, _ body: (ScriptedHTTPServer) async throws -> Value
    ) async throws -> Value {
        let lane = try Lane(name: "http")
        let server = try await Task(executorPreference: lane) {
            try ScriptedHTTPServer(on: lane, script: script)
        }.value
        do {
            let value = try await body(server)
            await server.close()
            return value
        } catch {
            await server.close()
            throw error
        }
    }

    private func close() async {
        await Task(executorPreference: lane) { [self] in
            listener?.close()
            for line in lines { line.close() }
        }.value
    }

    /// The requests so far.
    public func requests() async -> [HTTPExchange] { await Task(executorPreference: lane) { [self] in taken }.value }

    /// How many connections were made so far.
    public func connectionCount() async -> Int { await Task(executorPreference: lane) { [self] in lines.count }.value }

    /// How many connections have ended so far.
    public func endCount() async -> Int { await Task(executorPreference: lane) { [self] in ended }.value }

    /// Waits until so many requests have come.
    public func received(_ count: Int) async throws { try await wait { $0.taken.count >= count } }

    /// Waits until so many connections have been made.
    public func connected(_ count: Int) async throws { try await wait { $0.lines.count >= count } }

    /// Waits until so many connections have ended.
    public func hungUp(_ count: Int) async throws { try await wait { $0.ended >= count } }

    private func wait(_ isMet: @escaping @Sendable (ScriptedHTTPServer) -> Bool) async throws {
        try await Task(executorPreference: lane) { [self] in
            guard !isMet(self) else { return }
            let waiter = Waiter<Void>()
            waiting.append((isMet, waiter))
            try await waiter.value()
        }.value
    }

    func nextNumber() -> Int {
        defer { numbers += 1 }
        return numbers
    }

    func take(_ exchange: HTTPExchange, on line: HTTPLine) {
        taken.append(exchange)
        script(exchange, line)
        tell()
    }

    func lineEnded() {
        ended += 1
        tell()
    }

    private func tell() {
        for entry in waiting where entry.isMet(self) { entry.waiter.resume(with: .success(())) }
        waiting.removeAll { $0.isMet(self) }
    }
}
