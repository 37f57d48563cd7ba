import Curl
import DroverTesting
import Lanes
import Testing

@Suite("Servers that do not behave", .timeLimit(.minutes(5)))
struct HostileServerTests {
    @Test(
        "what cannot be an answer is an error that says so",
        arguments: [
            ("", .connectionLost), ("SSH-2.0-OpenSSH_9.2\r\n", .invalidRequest),
            ("HTTP/1.1 200 OK\r\nContent-Le", .cutShort),
            ("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n12345", .cutShort),
            ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n123", .cutShort),
            ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n123", .connectionLost),
            ("HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n12345", .badAnswer),
        ] as [(String, HTTPError.Code)])
    func answers(text: String, code: HTTPError.Code) async throws {
        try await ScriptedHTTPServer.serving { _, line in
            line.send(text)
            line.hangUp()
        } _: { server in
            let error = await failure { try await testClient().send(server.request("GET", "/a?geheim")) }
            #expect(error?.code == code, "\(String(describing: error))")
            #expect(error?.operation == "GET \(server.base)/a?…")
        }
    }

    @Test func `a reset connection is lost`() async throws {
        try await ScriptedHTTPServer.serving {
            $1.reset()
        } _: { server in
            let error = await failure { try await testClient().send(server.request()) }
            #expect(error?.code == .connectionLost)
            #expect(error?.isPassing == true)
        }
    }

    @Test("an answer that is too long is left", arguments: [true, false])
    func endless(isChunked: Bool) async throws {
        try await ScriptedHTTPServer.serving { _, line in
            line.send("HTTP/1.1 200 OK\r\n" + (isChunked ? "Transfer-Encoding: chunked\r\n\r\n" : "\r\n"))
            let piece = [UInt8](repeating: 0x61, count: 65536)
            for _ in 0..<64 { line.send(isChunked ? Array("10000\r\n".utf8) + piece + Array("\r\n".utf8) : piece) }
        } _: { server in
            let error = await failure {
                try await testClient().send(server.request(limits: HTTPLimits(bodyBytes: 100_000)))
            }
            #expect(error?.code == .overLimit)
            #expect(error?.reason == "the answer is longer than 100000 bytes")
            try await server.hungUp(1)
        }
    }

    @Test("a header that is too long is left", arguments: [("X: ", 70_000), ("X: y\r\nX", 20_000)])
    func headers(text: String, count: Int) async throws {
        try await ScriptedHTTPServer.serving { _, line in
            line.send("HTTP/1.1 200 OK\r\n")
            line.send(String(repeating: text, count: count))
        } _: { server in
            let error = await failure { try await testClient().send(server.request()) }
            #expect(error?.code == .overLimit, "\(String(describing: error))")
        }
    }

    @Test func `more than was promised is cut off`() async throws {
        try await ScriptedHTTPServer.serving { _, line in
            line.answer(200, [("Content-Length", "3")], "abcdef")
        } _: { server in
            let response = try await testClient().send(server.request())
            #expect(response.text == "abc")
        }
    }

    @Test func `a port where nobody listens is unreachable`() async throws {
        let gone = try await ScriptedHTTPServer.serving {
            $1.answer(200)
        } _: {
            $0.base
        }
        let error = await failure { try await testClient().send(HTTPRequest("GET", HTTPURL(gone))) }
        #expect(error?.code == .unreachable)
        #expect(error?.isPassing == true)
        #expect(error?.advice == "check that the server runs and that nothing blocks the way")
    }

    @Test func `a name that nobody has is unreachable`() async throws {
        let error = await failure {
            try await testClient().send(HTTPRequest("GET", HTTPURL("https://nowhere.invalid/")))
        }
        #expect(error?.code == .unreachable)
        #expect(error?.reason.contains("nowhere.invalid") == true)
    }

    @Test func `a server that speaks no TLS is not asked in plain text`() async throws {
        try await ScriptedHTTPServer.serving {
            $1.answer(200)
        } _: { server in
            // The scripted server never answers what it cannot read.
            let url = try HTTPURL(server.base.replacing("http:", with: "https:"))
            let request = HTTPRequest("GET", url, limits: HTTPLimits(connect: .milliseconds(100)))
            let error = await failure { try await testClient().send(request) }
            #expect(error?.code == .timedOut)
            #expect(error?.reason == "no connection within 0.1 seconds")
            #expect(await server.requests().isEmpty)
        }
    }

    @Test(
        "a limit that has passed ends the request and names itself",
        arguments: [
            ("", HTTPLimits(), 30, "no answer within 30.0 seconds"),
            (
                "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n12345", HTTPLimits(stall: .seconds(20)), 20,
                "no byte for 20.0 seconds"
            ),
            ("", HTTPLimits(firstByte: .seconds(100), total: .seconds(60)), 60, "not done within 60.0 seconds"),
        ])
    func limits(text: String, limits: HTTPLimits, seconds: Int, reason: String) async throws {
        let clock = ManualClock()
        try await ScriptedHTTPServer.serving { _, line in
            line.send(text)
        } _: { server in
            let client = try testClient(clock: clock)
            let sink = SignallingSink()
            let request = try server.request(limits: limits)
            let task = Task { try await client.download(request, into: sink) }
            try await server.received(1)
            if !text.isEmpty { try await sink.received.value() }
            await clock.advance(by: .seconds(seconds - 1))
            #expect(await server.endCount() == 0)
            await clock.advance(by: .seconds(1))
            let error = await failure { try await task.value }
            #expect(error?.code == .timedOut)
            #expect(error?.reason == reason)
            try await server.hungUp(1)
        }
    }

    @Test func `an error of the sink ends the download as it is`() async throws {
        try await ScriptedHTTPServer.serving {
            $1.answer(200, [], [UInt8](repeating: 1, count: 300_000))
        } _: { server in
            let client = try testClient()
            let sink = KeepingSink(bound: 1000)
            await #expect(throws: KeepingSink.Full.self) { try await client.download(server.request(), into: sink) }
            try await server.hungUp(1)
        }
    }

    @Test("a sink gets only what was asked for", arguments: [(200, 3), (206, 3), (204, 0), (404, 0), (500, 0)])
    func sinks(status: Int, count: Int) async throws {
        try await ScriptedHTTPServer.serving {
            $1.answer(status, status == 204 ? [("Content-Length", "0")] : [], status == 204 ? "" : "abc")
        } _: { server in
            let sink = KeepingSink()
            let response = try await testClient().download(server.request(), into: sink)
            #expect(response.status == status)
            #expect(sink.bytes.count == count)
            #expect(sink.heads == (status < 300 ? [status] : []))
            #expect(response.text == (status < 300 ? "" : "abc"))
        }
    }
}

/// Tells when the first bytes have come.
private final class SignallingSink: DownloadSink {
    let received = Waiter<Void>()

    func begin(_ head: HTTPResponse) throws {}

    func receive(_ piece: UnsafeRawBufferPointer) throws { received.resume(with: .success(())) }
}
