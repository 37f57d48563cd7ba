import DroverTesting
import Foundation
import Lanes
import Testing

@testable import Simulator

@Suite("The simulator's HTTP server", .timeLimit(.minutes(2))) struct HTTPServerTests {
    @Test("a request is taken apart as it came") func heads() async throws {
        try await HTTPBench.serving { head, body in
            let parts = head.query.map { "\($0.raw)>\($0.name)=\($0.value ?? "-")" }.joined(separator: " ")
            let fields = head.values(of: "x-two").joined(separator: "+")
            let text = "\(head.method) \(head.path) \(head.rawPath) [\(parts)] \(fields) "
            return HTTPReply(200, [], .bytes(Array(text.utf8) + (try await body.bytes(atMost: 100))))
        } _: { bench async throws in
            let answer = try await bench.say(
                "POST /a%20b/%E6%89%8B?x=1%2C2&uploads&y=a+b HTTP/1.1\r\nHost: h\r\nX-Two: 1\r\nx-TWO:  2 \r\n"
                    + "Content-Length: 5\r\nConnection: close\r\n\r\nhello")
            #expect(
                answer.withoutDates
                    == "HTTP/1.1 200 OK\nContent-Length: 86\nConnection: close\n\nPOST /a b/手 /a%20b/%E6%89%8B "
                    + "[x=1%2C2>x=1,2 uploads>uploads=- y=a+b>y=a+b] 1+2 hello")
        }
    }

    @Test("requests behind one another are answered in order, however the bytes are cut", arguments: [1, 2, 7, 4096])
    func pipelining(size: Int) async throws {
        let requests = Array(
            ("GET /1 HTTP/1.1\r\n\r\nPUT /2 HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n2\r\nde\r\n"
                + "0\r\nTrailer: 1\r\n\r\nPUT /3 HTTP/1.1\r\nContent-Length: 3\r\n\r\nxyz"
                + "GET /4 HTTP/1.1\r\nConnection: close\r\n\r\n").utf8)
        let pieces = stride(from: 0, to: requests.count, by: size).map {
            Array(requests[$0..<min($0 + size, requests.count)])
        }
        try await HTTPBench.serving { head, body in
            HTTPReply(200, [], .bytes(Array("\(head.path)=".utf8) + (try await body.bytes(atMost: 100)) + [0x0A]))
        } _: { bench async throws in
            let answer = try await bench.say(pieces)
            #expect(answer.answerCount == 4)
            #expect(
                answer.split(separator: "\r\n\r\n").dropFirst().map { $0.prefix { $0 != "\n" } }
                    == ["/1=", "/2=abcde", "/3=xyz", "/4="])
        }
    }

    @Test("a body is asked for only when it is read") func expectation() async throws {
        try await HTTPBench.serving { head, body in
            guard head.path == "/read" else { return HTTPReply(403) }
            return HTTPReply(200, [], .bytes(try await body.bytes(atMost: 10)), ending: .close)
        } _: { bench async throws in
            let fields = "Expect: 100-continue\r\nContent-Length: 2\r\n\r\n"
            let read = try await bench.say("PUT /read HTTP/1.1\r\n\(fields)", "ok")
            #expect(read.hasPrefix("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n") && read.hasSuffix("\r\n\r\nok"))
            let refused = try await bench.say("PUT /no HTTP/1.1\r\n\(fields)")
            #expect(refused.hasPrefix("HTTP/1.1 403 Forbidden") && refused.contains("Connection: close"))
        }
    }

    @Test(
        "what is too long, and what is no HTTP, is refused",
        arguments: [
            ("GET /\(String(repeating: "a", count: 33_000)) HTTP/1.1\r\n\r\n", 414),
            ("GET / HTTP/1.1\r\nX: \(String(repeating: "a", count: 33_000))\r\n\r\n", 431),
            ("GET / HTTP/1.1\r\n\(String(repeating: "X: \(String(repeating: "a", count: 9000))\r\n", count: 20))", 431),
            ("PUT / HTTP/1.1\r\nContent-Length: 11\r\n\r\nhello world", 413),
            ("PUT / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n6\r\nhello \r\n6\r\nworld!\r\n0\r\n\r\n", 413),
            ("PUT / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", 400),
            ("PUT / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabc", 400),
            ("PUT / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", 400),
            ("PUT / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", 400),
            ("PUT / HTTP/1.1\r\nContent-Length: +1\r\n\r\n", 400), ("GET / HTTP/1.1\r\nA : b\r\n\r\n", 400),
            ("GET /\r\n\r\n", 400), ("GET / HTTP/3.0\r\n\r\n", 400), ("GET / HTTP/1.1\r\n folded\r\n\r\n", 400),
        ]) func refusals(_ request: String, _ status: Int) async throws
    {
        try await HTTPBench.serving { _, body in
            HTTPReply(200, [], .bytes(try await body.bytes(atMost: 10)))
        } _: { bench async throws in
            let answer = try await bench.say(request)
            #expect(answer.hasPrefix("HTTP/1.1 \(status) "))
        }
    }

    @Test("files are answered whole and in ranges, and HEAD tells their length") func files() async throws {
        let folder = try ScratchFolder()
        let path = "\(folder.path)/file"
        try Data("0123456789".utf8).write(to: URL(filePath: path))
        try await HTTPBench.serving { head, _ in
            try HTTPReply.file(path, range: head.value(of: "Range"))
        } _: { bench async throws in
            func ask(_ method: String, _ range: String) async throws -> String {
                let answer = try await bench.say("\(method) / HTTP/1.1\r\nConnection: close\r\nRange: \(range)\r\n\r\n")
                let parts = answer.components(separatedBy: "\r\n\r\n")
                let length = parts[0].components(separatedBy: "\r\n").first { $0.hasPrefix("Content-Length: ") }
                return "\(answer.dropFirst(9).prefix(3)) \(length?.dropFirst(16) ?? "-") \(parts[1])"
            }
            let cases = [
                ("GET", "none", "200 10 0123456789"),
                ("GET", "bytes=2-4", "206 3 234"),
                ("GET", "bytes=8-99", "206 2 89"),
                ("GET", "bytes=-3", "206 3 789"),
                ("GET", "bytes=10-", "416 0 "),
                ("HEAD", "bytes=7-", "206 3 "),
            ]
            for (method, range, wanted) in cases {
                let answer = try await ask(method, range)
                #expect(answer == wanted)
            }
        }
    }

    @Test("a handler can hang up, and cut its answer") func faults() async throws {
        try await HTTPBench.serving { head, _ in
            guard head.path == "/cut" else { return .hangUp }
            return HTTPReply(200, [], .bytes(Array("0123456789".utf8)), ending: .cut(afterBytes: 4))
        } _: { bench async throws in
            let nothing = try await bench.say("GET /away HTTP/1.1\r\n\r\n")
            #expect(nothing.isEmpty)
            let cut = try await bench.say("GET /cut HTTP/1.1\r\n\r\n")
            #expect(cut.contains("Content-Length: 10\r\n") && cut.hasSuffix("\r\n\r\n0123"))
        }
    }

    @Test("a body that breaks off ends the connection without an answer") func brokenBody() async throws {
        try await HTTPBench.serving { _, body in
            HTTPReply(200, [], .bytes(try await body.bytes(atMost: 10)))
        } _: { bench async throws in
            let (lane, address) = (bench.lane, bench.address)
            let bytes = try await Task(executorPreference: lane) {
                let probe = StreamProbe()
                let socket = try TCPSocket(connectingTo: address, on: lane, handler: probe)
                probe.stream = socket
                socket.send(Array("PUT / HTTP/1.1\r\nContent-Length: 5\r\n\r\nab".utf8))
                socket.endSending()
                let bytes = try await probe.ended.value()
                socket.close()
                return bytes
            }.value
            #expect(bytes.isEmpty)
        }
    }

    @Test("whatever bytes come, the connection ends and the server goes on") func damage() async throws {
        let good = Array(
            ("PUT /a?b=c HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"
                + "PUT /b HTTP/1.1\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\nhello").utf8)
        try await HTTPBench.serving { _, body in
            HTTPReply(200, [], .bytes(try await body.bytes(atMost: 1000)))
        } _: { bench async throws in
            var numbers = SeededNumbers(seed: 7)
            for _ in 0..<300 {
                var bytes = good
                for _ in 0..<Int.random(in: 1...4, using: &numbers) {
                    let place = Int.random(in: 0..<bytes.count, using: &numbers)
                    switch UInt8.random(in: 0...2, using: &numbers) {
                    case 0: bytes[place] = UInt8.random(in: 0...255, using: &numbers)
                    case 1: bytes.remove(at: place)
                    default: bytes.insert(UInt8.random(in: 0...255, using: &numbers), at: place)
                    }
                }
                // A reset in place of an orderly end is an end as well.
                _ = try? await HTTPBench.say([bytes], to: bench.address, on: bench.lane, endsSending: true)
            }
            let answer = try await HTTPBench.say([good], to: bench.address, on: bench.lane, endsSending: true)
            #expect(answer.ranges(of: "HTTP/1.1 200 OK").count == 2)
            #expect(await bench.server.connectionCount == 301)
        }
    }

    @Test("many bytes go to a sink and come from shared memory") func large() async throws {
        let megabytes = 48
        let content = SharedBytes([UInt8](repeating: 0x5A, count: megabytes << 20))
        try await HTTPBench.serving { head, body in
            guard head.method == "PUT" else { return HTTPReply(200, [], .shared(content, 0..<content.count)) }
            let sink = Counting()
            try await body.drain(into: sink)
            return HTTPReply(200, [], .bytes(Array("\(sink.count)".utf8)), ending: .close)
        } _: { bench async throws in
            let head = "PUT / HTTP/1.1\r\nContent-Length: \(content.count)\r\n\r\n"
            let answer = try await bench.say([Array(head.utf8), content.withUnsafeBytes { Array($0) }])
            #expect(answer.hasSuffix("\r\n\r\n\(content.count)"))
            let back = try await bench.say("GET / HTTP/1.1\r\nConnection: close\r\n\r\n")
            #expect(back.utf8.count > content.count)
        }
    }

    private final class Counting: HTTPBodySink {
        var count = 0
        func take(_ bytes: UnsafeRawBufferPointer) { count += bytes.count }
    }
}
