import Crypto
import Curl
import DroverTesting
import Lanes
import Testing

@testable import Fetching

@Suite("Fetching from servers that do not behave", .timeLimit(.minutes(5)))
struct MisbehavingServerTests {
    static let file = ServedFile.random(300_000)

    /// Cuts the first answer after 100,000 bytes, then goes on as the script wants.
    private func afterCut(
        _ script: @escaping ScriptedHTTPServer.Script, _ body: (ScriptedHTTPServer) async throws -> Void
    ) async throws {
        try await ScriptedHTTPServer.serving(
            { exchange, line in
                if exchange.number == 0 {
                    Self.file.cut(after: 100_000, exchange, on: line)
                } else {
                    script(exchange, line)
                }
            }, body)
    }

    @Test func `a server that ignores ranges is read from the start`() async throws {
        try await afterCut {
            $1.answer(200, Self.file.fields, Self.file.bytes)
        } _: { server in
            let bench = try FetchBench()
            #expect(try await bench.fetch(server).sha256 == Self.file.sha256)
            #expect(bench.bytes == Self.file.bytes)
            #expect(await server.requests().count == 2)
        }
    }

    @Test(
        "a file that changed in between is read from the start",
        arguments: ["it heeds If-Range", "it does not", "other length"])
    func changed(story: String) async throws {
        let other = ServedFile(
            bytes: ServedFile.random(story == "other length" ? 310_000 : 300_000, seed: 2).bytes,
            etag: story == "other length" ? nil : "\"v2\"")
        try await afterCut { exchange, line in
            guard story != "it heeds If-Range", let start = ServedFile.start(exchange) else {
                return other.answer(exchange, on: line)
            }
            let range = "bytes \(start)-\(other.bytes.count - 1)/\(other.bytes.count)"
            line.answer(206, other.fields + [("Content-Range", range)], Array(other.bytes[start...]))
        } _: { server in
            let bench = try FetchBench()
            #expect(try await bench.fetch(server).sha256 == other.sha256)
            #expect(bench.bytes == other.bytes)
        }
    }

    @Test(
        "a range that was not asked for is not joined",
        arguments: ["bytes 0-299999/300000", "bytes 100001-299999/300000", "nonsense", "bytes 100000-299999/200000"])
    func wrongRanges(range: String) async throws {
        try await afterCut { exchange, line in
            guard let start = ServedFile.start(exchange) else { return Self.file.answer(exchange, on: line) }
            line.answer(206, Self.file.fields + [("Content-Range", range)], Array(Self.file.bytes[start...]))
        } _: { server in
            let bench = try FetchBench()
            #expect(try await bench.fetch(server).sha256 == Self.file.sha256)
            #expect(await server.requests().map { ServedFile.start($0) } == [nil, 100_000, nil])
        }
    }

    @Test func `a range that is longer than it says is not joined`() async throws {
        try await afterCut { exchange, line in
            guard let start = ServedFile.start(exchange) else { return Self.file.answer(exchange, on: line) }
            let range = ("Content-Range", "bytes \(start)-299999/300000")
            line.answer(206, Self.file.fields + [range], Self.file.bytes[start...] + [UInt8](repeating: 7, count: 10))
        } _: { server in
            let bench = try FetchBench()
            #expect(try await bench.fetch(server).sha256 == Self.file.sha256)
        }
    }

    @Test("a server that contradicts itself for ever is left", arguments: [true, false])
    func contradictions(isChecked: Bool) async throws {
        try await ScriptedHTTPServer.serving { exchange, line in
            guard let start = ServedFile.start(exchange) else {
                return Self.file.cut(after: 100_000, exchange, on: line)
            }
            line.answer(206, [("Content-Range", "bytes \(start + 1)-299999/300000")], "x")
        } _: { server in
            let bench = try FetchBench()
            let error = await bench.failure(server, isChecked ? Self.file.sha256 : nil)
            #expect(error?.code == .badAnswer)
            #expect(error?.reason == "the server sent another range than it was asked for, 4 times")
            #expect(await server.requests().count == 8)
        }
    }

    @Test("a refused range", arguments: ["the file is all there", "it has become shorter", "no word of its size"])
    func refusedRanges(story: String) async throws {
        let shorter = ServedFile.random(50_000, seed: 3)
        try await ScriptedHTTPServer.serving { exchange, line in
            switch (story, ServedFile.start(exchange)) {
            case ("the file is all there", nil):
                // All of it, but with the promise of an end that never comes.
                line.send("HTTP/1.1 200 OK\r\nETag: \"v1\"\r\nTransfer-Encoding: chunked\r\n\r\n493e0\r\n")
                line.send(Self.file.bytes + Array("\r\n".utf8))
                line.hangUp()
            case ("the file is all there", _): Self.file.answer(exchange, on: line)
            case (_, nil) where exchange.number == 0: Self.file.cut(after: 100_000, exchange, on: line)
            case ("it has become shorter", _?):
                line.answer(416, [("Content-Range", "bytes */50000"), ("ETag", "\"v2\"")])
            case (_, _?): line.answer(416, [("ETag", "\"v1\"")])
            default: shorter.answer(exchange, on: line)
            }
        } _: { server in
            let bench = try FetchBench()
            let expected = story == "the file is all there" ? Self.file : shorter
            #expect(try await bench.fetch(server).sha256 == expected.sha256)
            #expect(bench.bytes == expected.bytes)
        }
    }

    @Test("an answer in pieces is put together", arguments: [true, false])
    func pieces(endsInError: Bool) async throws {
        try await ScriptedHTTPServer.serving { exchange, line in
            let start = ServedFile.start(exchange) ?? 0
            guard start > 0 else { return Self.file.cut(after: 70_000, exchange, on: line) }
            if endsInError { return Self.file.cut(after: 70_000, exchange, on: line) }
            let end = min(start + 70_000, 300_000)
            let range = ("Content-Range", "bytes \(start)-\(end - 1)/300000")
            line.answer(206, Self.file.fields + [range], Array(Self.file.bytes[start..<end]))
        } _: { server in
            // Patience is counted anew whenever something came, so two attempts are enough for five pieces.
            let bench = try FetchBench(attempts: 2)
            #expect(try await bench.fetch(server, Self.file.sha256).byteCount == 300_000)
            #expect(bench.bytes == Self.file.bytes)
            #expect(await server.requests().count == 5)
        }
    }

    @Test func `a chunked answer that is cut is resumed`() async throws {
        try await ScriptedHTTPServer.serving { exchange, line in
            guard exchange.number == 0 else { return Self.file.answer(exchange, on: line) }
            line.send("HTTP/1.1 200 OK\r\nETag: \"v1\"\r\nTransfer-Encoding: chunked\r\n\r\n493e0\r\n")
            line.send(Array(Self.file.bytes[..<100_000]))
            line.hangUp()
        } _: { server in
            let fetched = try await FetchBench().fetch(server)
            #expect(fetched.sha256 == Self.file.sha256)
            #expect(await server.requests().last?.fields["range"] == "bytes=100000-")
        }
    }

    @Test func `a wrong checksum is refused with both hashes, and nothing is left of it`() async throws {
        try await ScriptedHTTPServer.serving(Self.file.answer) { server in
            let bench = try FetchBench()
            try bench.folder.write("precious", to: "file.bin")
            let wanted = SHA256.hash(of: "other")
            let error = await bench.failure(server, wanted)
            #expect(error?.code == .wrongChecksum)
            #expect(
                error?.description
                    == "fetch \(server.base)/file.bin: its sha256 is \(Self.file.sha256), and \(wanted) was expected; "
                    + "check the checksum, and who changed the file; nothing was kept of it")
            #expect(bench.names == ["file.bin"])
            #expect(bench.bytes == Array("precious".utf8))
            #expect(await server.requests().count == 1)
        }
    }

    @Test func `a part that was damaged here is found out by the checksum and fetched once more`() async throws {
        try await afterCut(Self.file.answer) { server in
            let folder = try ScratchFolder()
            _ = await (try FetchBench(attempts: 1, folder: folder)).failure(server, Self.file.sha256)
            let bench = try FetchBench(folder: folder)
            try folder.write([UInt8](repeating: 0, count: 100_000), to: ".file.bin.part")
            #expect(try await bench.fetch(server, Self.file.sha256).byteCount == 300_000)
            #expect(bench.bytes == Self.file.bytes)
            #expect(await server.requests().map { ServedFile.start($0) } == [nil, 100_000, nil])
        }
    }

    @Test("a server that is busy is asked again", arguments: [429, 500, 502, 503, 504, 408])
    func busy(status: Int) async throws {
        try await ScriptedHTTPServer.serving { exchange, line in
            if exchange.number < 3 {
                line.answer(status, [("Retry-After", "120")], "busy")
            } else {
                Self.file.answer(exchange, on: line)
            }
        } _: { server in
            let fetched = try await FetchBench().fetch(server)
            #expect(fetched.sha256 == Self.file.sha256)
            #expect(await server.requests().count == 4)
        }
    }

    @Test func `patience ends with one line`() async throws {
        try await ScriptedHTTPServer.serving {
            $1.answer(503, "busy")
        } _: { server in
            let bench = try FetchBench(attempts: 3)
            let error = await bench.failure(server)
            #expect(error?.code == .noAnswer)
            #expect(error?.status == 503)
            #expect(
                error?.description == "fetch \(server.base)/file.bin: the server answered 503 (attempt 3); try later")
            #expect(await server.requests().count == 3)
            #expect(bench.names == [])
        }
    }

    @Test("a refusal is not asked again", arguments: [400, 401, 403, 404, 410, 416, 304, 204, 206, 300])
    func refusals(status: Int) async throws {
        try await ScriptedHTTPServer.serving {
            $1.answer(status, [("Content-Length", "0")])
        } _: { server in
            let bench = try FetchBench()
            let error = try #require(await bench.failure(server))
            #expect([.refused, .badAnswer].contains(error.code))
            #expect(error.status == status)
            #expect(await server.requests().count == 1)
            #expect(bench.names == [])
        }
    }

    @Test func `a server that is gone leaves the file and its record as they were`() async throws {
        let folder = try ScratchFolder()
        let lost = try await ScriptedHTTPServer.serving(Self.file.answer) { server in
            _ = try await FetchBench(folder: folder).fetch(server)
            return server
        }
        let bench = try FetchBench(attempts: 2, folder: folder)
        let error = await bench.failure(lost)
        #expect(error?.code == .noAnswer)
        #expect(error?.reason.hasSuffix("(attempt 2)") == true)
        #expect(bench.names == ["file.bin", ".file.bin.fetch"])
        #expect(FetchRecord(RepositoryFile.text(at: bench.recordPath) ?? "")?.whole?.sha256 == Self.file.sha256)
    }

    @Test("what is too large is left, whether its size is told or not", arguments: [true, false])
    func tooLarge(isTold: Bool) async throws {
        try await ScriptedHTTPServer.serving { exchange, line in
            if isTold { return Self.file.answer(exchange, on: line) }
            line.send(Array("HTTP/1.1 200 OK\r\n\r\n".utf8) + Self.file.bytes)
        } _: { server in
            let bench = try FetchBench(byteLimit: 250_000)
            let error = await bench.failure(server)
            #expect(error?.code == .overLimit)
            #expect(error?.reason == "the file is larger than 250000 bytes")
            #expect(bench.names == [])
        }
    }

    @Test func `what does not fit on the disk is not begun`() async throws {
        try await ScriptedHTTPServer.serving {
            $1.answer(200, [("Content-Length", "\(Int64.max / 2)")])
        } _: { server in
            let bench = try FetchBench()
            let error = await bench.failure(server)
            #expect(error?.code == .noSpace)
            #expect(error?.reason.hasPrefix("\(Int64.max / 2) bytes are still to come, and only ") == true)
            #expect(bench.names == [])
        }
    }

    @Test func `an answer that is compressed though nobody asked is refused`() async throws {
        try await ScriptedHTTPServer.serving {
            $1.answer(200, [("Content-Encoding", "gzip")], "\u{1F}")
        } _: { server in
            let bench = try FetchBench()
            #expect(await bench.failure(server)?.code == .badAnswer)
        }
    }

    @Test(
        "marks that cannot be kept are not",
        arguments: [String(repeating: "a", count: 600), "\"a\u{7F}\"", "\"ä\"", ""])
    func marks(etag: String) async throws {
        try await ScriptedHTTPServer.serving {
            $1.answer(200, [("ETag", etag)], "abc")
        } _: { server in
            let bench = try FetchBench()
            #expect(try await bench.fetch(server).etag == nil)
            #expect(FetchRecord(RepositoryFile.text(at: bench.recordPath) ?? "") != nil)
        }
    }
}
