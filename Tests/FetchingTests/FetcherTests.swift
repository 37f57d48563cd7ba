import Crypto
import Curl
import DroverTesting
import Lanes
import Testing

@testable import Fetching

@Suite("Fetching files", .timeLimit(.minutes(5)))
struct FetcherTests {
    @Test("a file comes as it is, and its hash is known", arguments: [0, 1, 100_000, 3_000_000])
    func fetching(size: Int) async throws {
        let file = ServedFile.random(size)
        try await ScriptedHTTPServer.serving(file.answer) { server in
            let bench = try FetchBench()
            let meter = ProgressMeter(clock: bench.fetcher.lane.clock)
            let fetched = try await bench.fetch(server, meter: meter)
            #expect(
                fetched
                    == FetchedFile(
                        path: bench.path, sha256: file.sha256, byteCount: Int64(size), etag: "\"v1\"", wasCached: false)
            )
            #expect(bench.holds(file))
            #expect(bench.names == ["file.bin", ".file.bin.fetch"])
            #expect(meter.bytes == UInt64(size))
            #expect(!meter.isDue)
        }
    }

    @Test func `a file with the right checksum needs no request`() async throws {
        let file = ServedFile.random(10_000)
        try await ScriptedHTTPServer.serving(file.answer) { server in
            let bench = try FetchBench()
            #expect(try await bench.fetch(server, file.sha256).wasCached == false)
            #expect(try await bench.fetch(server, file.sha256).wasCached)
            // Nor does one that came here in another way, once it is hashed.
            let other = try FetchBench()
            try other.folder.write(file.bytes, to: "file.bin")
            #expect(try await other.fetch(server, file.sha256).wasCached)
            #expect(try await other.fetch(server, file.sha256).wasCached)
            #expect(await server.requests().count == 1)
        }
    }

    @Test func `what was fetched is remembered until the file changes`() async throws {
        let file = ServedFile.random(10_000)
        try await ScriptedHTTPServer.serving(file.answer) { server in
            let bench = try FetchBench()
            let source = FetchSource(try HTTPURL(server.base + "/file.bin"))
            #expect(Fetcher.remembered(source, at: bench.path) == nil)
            _ = try await bench.fetch(server)
            #expect(Fetcher.remembered(source, at: bench.path)?.sha256 == file.sha256)
            let otherURL = try HTTPURL(server.base + "/other.bin")
            let other = FetchSource(otherURL)
            #expect(Fetcher.remembered(other, at: bench.path) == nil)
            let checked = FetchSource(otherURL, sha256: file.sha256)
            #expect(Fetcher.remembered(checked, at: bench.path)?.byteCount == 10_000)
            let wrong = FetchSource(from: source.origin, sha256: SHA256.hash(of: "other"))
            #expect(Fetcher.remembered(wrong, at: bench.path) == nil)
            try bench.folder.write(file.bytes, to: "file.bin")
            #expect(Fetcher.remembered(source, at: bench.path) == nil)
            #expect(await server.requests().count == 1)
        }
    }

    @Test func `a file that was changed here is fetched again`() async throws {
        let file = ServedFile.random(10_000)
        try await ScriptedHTTPServer.serving(file.answer) { server in
            for sha256 in [file.sha256, nil] {
                let bench = try FetchBench()
                _ = try await bench.fetch(server, sha256)
                try bench.folder.write("other", to: "file.bin")
                #expect(try await bench.fetch(server, sha256).wasCached == false)
                #expect(bench.holds(file))
            }
        }
    }

    @Test func `without a checksum the server is asked whether there is something newer`() async throws {
        let old = ServedFile.random(10_000)
        let new = ServedFile(bytes: [1, 2, 3], etag: "\"v2\"")
        try await ScriptedHTTPServer.serving { exchange, line in
            (exchange.number < 2 ? old : new).answer(exchange, on: line)
        } _: { server in
            let bench = try FetchBench()
            #expect(try await bench.fetch(server).wasCached == false)
            let again = try await bench.fetch(server)
            #expect(again.wasCached)
            #expect(again.sha256 == old.sha256)
            #expect(again.byteCount == 10_000)
            let newer = try await bench.fetch(server)
            #expect(!newer.wasCached)
            #expect(newer.etag == "\"v2\"")
            #expect(bench.bytes == [1, 2, 3])
            #expect(await server.requests().map { $0.fields["if-none-match"] } == [nil, "\"v1\"", "\"v1\""])
        }
    }

    @Test("a cut answer is resumed where it stopped", arguments: [1, 65_536, 150_000, 299_999])
    func resuming(cut: Int) async throws {
        let file = ServedFile.random(300_000)
        try await ScriptedHTTPServer.serving { exchange, line in
            if exchange.number == 0 {
                file.cut(after: cut, exchange, on: line)
            } else {
                file.answer(exchange, on: line)
            }
        } _: { server in
            let bench = try FetchBench()
            let meter = ProgressMeter(clock: bench.fetcher.lane.clock)
            #expect(try await bench.fetch(server, meter: meter).sha256 == file.sha256)
            #expect(bench.holds(file))
            #expect(meter.bytes == 300_000)
            let second = try #require(await server.requests().last)
            #expect(second.fields["range"] == "bytes=\(cut)-")
            #expect(second.fields["if-range"] == "\"v1\"")
            #expect(second.fields["accept-encoding"] == "identity")
        }
    }

    @Test("what came is taken up by the next fetch", arguments: [true, false])
    func nextFetch(isChecked: Bool) async throws {
        let file = ServedFile.random(300_000)
        try await ScriptedHTTPServer.serving { exchange, line in
            if exchange.number == 0 {
                file.cut(after: 200_000, exchange, on: line)
            } else {
                file.answer(exchange, on: line)
            }
        } _: { server in
            let folder = try ScratchFolder()
            let sha256 = isChecked ? file.sha256 : nil
            let error = await (try FetchBench(attempts: 1, folder: folder)).failure(server, sha256)
            #expect(error?.code == .noAnswer)
            let bench = try FetchBench(folder: folder)
            #expect(bench.names == [".file.bin.part", ".file.bin.fetch"])
            // Signed addresses change from day to day; the checksum tells that it is the same file.
            _ = try await bench.fetch(server, sha256, query: isChecked ? "?Signature=2" : "")
            #expect(bench.holds(file))
            #expect(await server.requests().last?.fields["range"] == "bytes=200000-")
            #expect(await server.requests().last?.fields["if-range"] == (isChecked ? nil : "\"v1\""))
        }
    }

    @Test func `a cancelled fetch keeps what has come`() async throws {
        let file = ServedFile.random(300_000)
        try await ScriptedHTTPServer.serving { exchange, line in
            guard exchange.number == 0 else { return file.answer(exchange, on: line) }
            line.answer(200, file.fields + [("Content-Length", "300000")], Array(file.bytes[..<100_000]))
        } _: { server in
            let bench = try FetchBench()
            let meter = ProgressMeter(clock: bench.fetcher.lane.clock)
            let task = Task { try await bench.fetch(server, meter: meter) }
            await waitUntil(meter, reads: 100_000, orEndOf: task)
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
            #expect(bench.names == [".file.bin.part", ".file.bin.fetch"])
            #expect(try await bench.fetch(server).sha256 == file.sha256)
            #expect(await server.requests().last?.fields["range"] == "bytes=100000-")
        }
    }

    @Test(
        "a part that cannot be joined with what comes is left",
        arguments: [
            "no validator", "another start of the machine", "torn record", "no record", "longer than the whole",
        ])
    func uselessParts(story: String) async throws {
        let file = ServedFile.random(50_000)
        try await ScriptedHTTPServer.serving(file.answer) { server in
            let bench = try FetchBench()
            try bench.folder.write(Array(file.bytes[..<20_000]), to: ".file.bin.part")
            var record = FetchRecord(place: SHA256.hash(of: server.base + "/file.bin"))
            record.etag = story == "no validator" ? nil : "\"v1\""
            record.boot = story == "another start of the machine" ? "other" : FetchPlace.boot
            record.total = story == "longer than the whole" ? 10_000 : 50_000
            let text = story == "torn record" ? String(record.text.dropLast(1)) : record.text
            if story != "no record" { try bench.folder.write(text, to: ".file.bin.fetch") }
            #expect(try await bench.fetch(server).sha256 == file.sha256)
            #expect(await server.requests().map { $0.fields["range"] } == [nil])
        }
    }

    @Test func `two fetches of one file at once ask once`() async throws {
        let file = ServedFile.random(100_000)
        try await ScriptedHTTPServer.serving(file.answer) { server in
            let folder = try ScratchFolder()
            let benches = [try FetchBench(folder: folder), try FetchBench(folder: folder)]
            let cached = try await withThrowingTaskGroup(of: Bool.self) { group in
                for bench in benches { group.addTask { try await bench.fetch(server, file.sha256).wasCached } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(Set(cached) == [true, false])
            #expect(await server.requests().count == 1)
            #expect(benches[0].holds(file))
        }
    }

    @Test func `plain http without a checksum is refused before anything is asked`() async throws {
        try await ScriptedHTTPServer.serving {
            $1.answer(200)
        } _: { server in
            let client = try HTTPClient(on: Lane(name: "fetch"), options: HTTPClientOptions(proxy: .none))
            let folder = try ScratchFolder()
            let source = FetchSource(try HTTPURL("\(server.base)/a?Signature=geheim"))
            let error = await #expect(throws: FetchError.self) {
                try await Fetcher(client).fetch(source, to: "\(folder.path)/a")
            }
            #expect(error?.code == .unprotected)
            #expect(
                error?.description
                    == "fetch \(server.base)/a?…: plain http cannot tell whether it is the right file; "
                    + "use https, or name its sha256")
            #expect(await server.requests().isEmpty)
        }
    }

    @Test func `a record tells nobody the address`() async throws {
        let file = ServedFile.random(1000)
        try await ScriptedHTTPServer.serving(file.answer) { server in
            let bench = try FetchBench()
            _ = try await bench.fetch(server, query: "?Signature=geheim")
            let text = try #require(RepositoryFile.text(at: bench.recordPath))
            #expect(!text.contains("geheim"))
            #expect(!text.contains("127.0.0.1"))
        }
    }

    @Test func `a link in the place of a part is not followed`() async throws {
        let file = ServedFile.random(1000)
        try await ScriptedHTTPServer.serving(file.answer) { server in
            let bench = try FetchBench()
            let other = try bench.folder.write("precious", to: "other")
            try bench.folder.link(".file.bin.part", to: other)
            let error = await bench.failure(server)
            #expect(error?.code == .file)
            #expect(RepositoryFile.text(at: other) == "precious")
        }
    }

    @Test(
        "a place where nothing can be written is told before anything is asked",
        arguments: ["/proc/nowhere/file", "", "/", "/tmp/.."])
    func places(path: String) async throws {
        try await ScriptedHTTPServer.serving {
            $1.answer(200)
        } _: { server in
            let bench = try FetchBench()
            let error = await #expect(throws: FetchError.self) {
                try await bench.fetcher.fetch(FetchSource(HTTPURL(server.base)), to: path)
            }
            #expect(error?.code == .file)
            #expect(await server.requests().isEmpty)
        }
    }
}
