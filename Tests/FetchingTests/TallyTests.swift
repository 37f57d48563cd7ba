import DroverTesting
import Lanes
import Testing

@testable import Fetching

@Suite("How far fetches have come", .timeLimit(.minutes(1)))
struct TallyTests {
    private let file = ServedFile.random(500_000)

    private func fetch(
        _ bench: FetchBench, _ server: ScriptedHTTPServer, _ tally: FetchTally, foreseen: Int64? = nil
    ) async throws -> FetchedFile {
        try await bench.fetch(server, gauge: tally.gauge(foreseen: foreseen))
    }

    @Test("what has to come twice moves twice and is there once")
    func again() async throws {
        let bench = try FetchBench()
        let tally = FetchTally()
        try await ScriptedHTTPServer.serving { [file] exchange, line in
            // A server that knows no ranges sends it from the start.
            guard exchange.number == 0 else { return line.answer(200, file.fields, file.bytes) }
            file.cut(after: 200_000, exchange, on: line)
        } _: { server in
            _ = try await fetch(bench, server, tally)
            #expect(tally.reading.bytes == 500_000)
            #expect(tally.reading.totalBytes == 500_000)
            #expect(tally.reading.movedBytes == 700_000)
            #expect(tally.reading.arrivedFiles == 1)
        }
    }

    @Test("what an earlier fetch left is there and did not move")
    func takenUp() async throws {
        let bench = try FetchBench(attempts: 1)
        let (first, second) = (FetchTally(), FetchTally())
        try await ScriptedHTTPServer.serving { [file] exchange, line in
            guard exchange.number == 0 else { return file.answer(exchange, on: line) }
            file.cut(after: 200_000, exchange, on: line)
        } _: { server in
            await #expect(throws: FetchError.self) { try await fetch(bench, server, first) }
            #expect(first.reading.movedBytes == 200_000)
            #expect(first.reading.failedFiles == 1)
            // Nothing of it is due any more.
            #expect(first.reading.bytes == 0)
            #expect(first.reading.totalBytes == 0)
            _ = try await fetch(bench, server, second)
            #expect(second.reading.bytes == 500_000)
            #expect(second.reading.movedBytes == 300_000)
        }
    }

    @Test("a file that is there already counts as arrived, and nothing moves")
    func present() async throws {
        let bench = try FetchBench()
        let tally = FetchTally()
        try await ScriptedHTTPServer.serving { [file] in
            file.answer($0, on: $1)
        } _: { server in
            _ = try await bench.fetch(server, file.sha256)
            _ = try await bench.fetch(server, file.sha256, gauge: tally.gauge(foreseen: 1))
            #expect(tally.reading.arrivedFiles == 1)
            #expect(tally.reading.movedBytes == 0)
            #expect(tally.reading.totalBytes == 500_000)
            #expect(await server.requests().count == 1)
        }
    }

    @Test("a size is unknown until the last one is told, and that of a list may be corrected")
    func sizes() async throws {
        let bench = try FetchBench()
        let tally = FetchTally()
        let other = tally.gauge()
        #expect(tally.reading.files == 1)
        #expect(tally.reading.totalBytes == nil)
        try await ScriptedHTTPServer.serving { [file] exchange, line in
            // A body whose end is the end of the connection.
            line.send(Array("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n".utf8) + file.bytes)
            line.hangUp()
        } _: { server in
            _ = try await fetch(bench, server, tally, foreseen: 7)
            #expect(tally.reading.bytes == 500_000)
            #expect(tally.reading.totalBytes == nil)
            other.begin(at: 10, of: 100)
            #expect(tally.reading.totalBytes == 500_100)
            #expect(tally.reading.bytes == 500_010)
        }
    }

    @Test("sizes beyond all sense stop nobody")
    func senseless() {
        let tally = FetchTally()
        let gauges = (0..<4).map { _ in tally.gauge(foreseen: .max) }
        for gauge in gauges { gauge.begin(at: 0, of: .max) }
        for gauge in gauges { gauge.fail() }
        #expect(tally.reading.totalBytes == 0)
        #expect(tally.reading.failedFiles == 4)
    }
}
