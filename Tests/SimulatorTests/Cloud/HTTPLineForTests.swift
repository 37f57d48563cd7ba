import DroverTesting
import Lanes

@testable import Simulator

/// A server on loopback whose handler is a test's, and clients that say what the test tells them, byte by byte.
struct HTTPBench {
    let lane: Lane
    let server: HTTPServer
    let address: SocketAddress

    struct Handler: HTTPHandler {
        let body: @Sendable (HTTPRequestHead, HTTPRequestBody) async throws -> HTTPReply

        func answer(_ request: HTTPRequestHead, _ body: HTTPRequestBody) async throws -> HTTPReply {
            try await self.body(request, body)
        }
    }

    /// Runs `test` beside a server, and ends the server.
    static func serving(
        _ answer: @escaping @Sendable (HTTPRequestHead, HTTPRequestBody) async throws -> HTTPReply,
        _ test: (HTTPBench) async throws -> Void
    ) async throws {
        let lane = try Lane(name: "http")
        let server = HTTPServer(on: lane, handler: Handler(body: answer))
        let bench = HTTPBench(lane: lane, server: server, address: try await server.start())
        do { try await test(bench) } catch {
            await server.stop()
            throw error
        }
        await server.stop()
    }

    /// Sends a text in pieces, one turn of the lane each, and gives all that comes until the server ends the connection.
    func say(_ pieces: String...) async throws -> String {
        try await say(pieces.map { Array($0.utf8) })
    }

    func say(_ pieces: [[UInt8]]) async throws -> String { try await Self.say(pieces, to: address, on: lane) }

    /// The same to a server of any kind.
    ///
    /// - Parameter endsSending: Whether the client ends its half behind the last piece.
    static func say(
        _ pieces: [[UInt8]], to address: SocketAddress, on lane: Lane, endsSending: Bool = false
    ) async throws -> String {
        let bytes = try await Task(executorPreference: lane) {
            let probe = StreamProbe()
            let socket = try TCPSocket(connectingTo: address, on: lane, handler: probe)
            probe.stream = socket
            try await probe.connected.value()
            for piece in pieces {
                socket.send(piece)
                try await lane.sleep(for: .milliseconds(1))
            }
            if endsSending { socket.endSending() }
            let bytes = try await probe.ended.value()
            socket.close()
            return bytes
        }.value
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension String {
    /// The text with the lines that differ from run to run taken out.
    var withoutDates: String {
        split(separator: "\r\n", omittingEmptySubsequences: false).filter { !$0.hasPrefix("Date: ") }
            .joined(separator: "\n")
    }

    var answerCount: Int { ranges(of: "HTTP/1.1 ").count }
}
