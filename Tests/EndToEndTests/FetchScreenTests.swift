import DroverTesting
import Foundation
import Glibc
import Testing

/// The line that `drover fetch` draws on a terminal.
@Suite("drover fetch on a terminal", .timeLimit(.minutes(5)))
struct FetchScreenTests {
    private static let content = [UInt8](repeating: 7, count: 2_000_000)
    /// What two million bytes of 7 hash to.
    private static let sum = "4665fb6ada77ebc5c9a8d3e66c5318688b34ff686d544d92f220b1d6fc91e8a0"

    /// Sends the first half of the content, or the half that is asked for; what is held is in `held`.
    // Sendable: touched only on the server's lane.
    private final class Halves: @unchecked Sendable {
        private var held: HTTPLine?

        func take(_ exchange: HTTPExchange, _ line: HTTPLine) {
            guard exchange.target == "/a.bin" else {
                held?.send(Array(content[1_000_000...]))
                held = nil
                return line.answer(200, "released")
            }
            guard exchange.fields["range"] == nil else {
                let range = ("Content-Range", "bytes 1000000-1999999/2000000")
                return line.answer(206, [("ETag", "\"1\""), range], Array(content[1_000_000...]))
            }
            held = line
            let head = "HTTP/1.1 200 OK\r\nETag: \"1\"\r\nContent-Length: 2000000\r\n\r\n"
            line.send(Array(head.utf8) + content[..<1_000_000])
        }
    }

    private func serving(_ body: (DroverProcess, ScriptedHTTPServer) async throws -> Void) async throws {
        let halves = Halves()
        let drover = try DroverProcess()
        defer { drover.remove() }
        try await ScriptedHTTPServer.serving {
            halves.take($0, $1)
        } _: { server in
            try await body(drover, server)
        }
    }

    private func release(_ drover: DroverProcess, _ server: ScriptedHTTPServer) async throws {
        // What `printf released` hashes to.
        let sum = "d29eae1372c396247daf62745d10c3513eb46f9f232b4527e0f5298e5dca5cd0"
        let result = try await drover.run(["fetch", server.base + "/release", "--sha256", sum])
        #expect(result.exitCode == 0, "\(result.error)")
    }

    /// Whether the last thing that was drawn takes everything before it away.
    private func isClean(_ text: String) -> Bool { text.hasSuffix("\r\u{1B}[1A\u{1B}[J") }

    @Test func `how far it has come is shown while it works, and nothing of it is left`() async throws {
        try await serving { drover, server in
            let running = try drover.startOnTerminal(["fetch", server.base + "/a.bin", "--sha256", Self.sum])
            #expect(await running.says("a.bin: 1.0 of 2.0 MB"))
            try await release(drover, server)
            let result = await running.ended()
            #expect(result.exitCode == 0)
            #expect(result.output == "\(Self.sum)  a.bin\n")
            #expect(isClean(result.error), "\(result.error.debugDescription)")
        }
    }

    @Test func `an interrupt takes the line away, and the next fetch goes on`() async throws {
        try await serving { drover, server in
            let words = ["fetch", server.base + "/a.bin", "--sha256", Self.sum]
            let running = try drover.startOnTerminal(words)
            #expect(await running.says("a.bin: 1.0 of 2.0 MB"))
            running.signal(SIGINT)
            let result = await running.ended()
            #expect(result.exitCode == 130)
            #expect(result.output.isEmpty)
            #expect(isClean(result.error), "\(result.error.debugDescription)")
            let again = try await drover.run(words)
            #expect(again.exitCode == 0)
            #expect(again.error.isEmpty)
            #expect(await server.requests().last?.fields["range"] == "bytes=1000000-")
        }
    }

    @Test(arguments: [["-q"], []])
    func `nothing is shown where that was asked for, or on a terminal that cannot be drawn on`(
        more: [String]
    ) async throws {
        try await serving { drover, server in
            let words = ["fetch", server.base + "/a.bin", "--sha256", Self.sum] + more
            let running = try drover.startOnTerminal(words, environment: more.isEmpty ? ["TERM": "dumb"] : [:])
            try await server.received(1)
            // Long enough for a line to be drawn, if one were.
            try await Task.sleep(for: .milliseconds(700))
            try await release(drover, server)
            let result = await running.ended()
            #expect(result.exitCode == 0)
            #expect(result.error.isEmpty, "\(result.error.debugDescription)")
        }
    }
}
