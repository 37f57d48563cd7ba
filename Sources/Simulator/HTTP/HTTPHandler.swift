/// What answers the requests of an ``HTTPServer``.
///
/// It is asked on the server's lane, one request of a connection after the other and those of several connections at
/// once; an actor pinned to the same lane costs no hop.
protocol HTTPHandler: Sendable {
    /// Answers a request; it may take its time, sleep on the lane, and read the body or not.
    ///
    /// - Throws: An ``HTTPProblem`` is answered by ``refusal(_:of:)``, any other error with status 500.
    func answer(_ request: HTTPRequestHead, _ body: HTTPRequestBody) async throws -> HTTPReply

    /// What is answered to a request that could not be read; the connection ends behind it.
    ///
    /// - Parameter request: The head, where that much could be read.
    func refusal(_ problem: HTTPProblem, of request: HTTPRequestHead?) -> HTTPReply
}

extension HTTPHandler {
    /// The status and the problem in words.
    func refusal(_ problem: HTTPProblem, of request: HTTPRequestHead?) -> HTTPReply {
        HTTPReply(problem.status, [(name: "Content-Type", value: "text/plain")], .bytes(Array("\(problem)\n".utf8)))
    }
}

/// Takes the bytes of a body as they come, on the server's lane.
protocol HTTPBodySink: AnyObject {
    /// Takes some bytes; the pointer is valid during the call.
    ///
    /// - Throws: Anything; reading ends with it.
    func take(_ bytes: UnsafeRawBufferPointer) throws
}

// Sendable: touched only on the server's lane.

/// The body of a request, read only when somebody asks for it, so that large ones are held back by TCP.
final class HTTPRequestBody: @unchecked Sendable {
    /// The length that the head told; nil for a body in chunks.
    let declaredLength: Int?
    private let connection: HTTPConnection

    init(declaredLength: Int?, of connection: HTTPConnection) {
        self.declaredLength = declaredLength
        self.connection = connection
    }

    /// The whole body in memory.
    ///
    /// - Throws: ``HTTPProblem``: too large, cut, malformed.
    func bytes(atMost limit: Int) async throws -> [UInt8] {
        let sink = Gathering()
        try await drain(into: sink, atMost: limit)
        return sink.bytes
    }

    /// Hands the body over piece by piece, and returns at its end.
    ///
    /// - Throws: ``HTTPProblem``: too large, cut, malformed; or what the sink throws.
    func drain(into sink: any HTTPBodySink, atMost limit: Int = .max) async throws {
        guard declaredLength ?? 0 <= limit else { throw HTTPProblem.bodyTooLarge }
        try await connection.readBody(into: sink, atMost: limit)
    }

    private final class Gathering: HTTPBodySink {
        var bytes: [UInt8] = []
        func take(_ more: UnsafeRawBufferPointer) { bytes.append(contentsOf: more) }
    }
}
