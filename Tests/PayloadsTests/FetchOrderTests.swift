import Crypto
import Curl
import DroverTesting
import Farm
import Fetching
import Lanes
import Payloads
import Testing

/// Payloads from several addresses, whose server answers when a test says so.
@Suite("Payloads that are fetched side by side", .timeLimit(.minutes(1)))
struct FetchOrderTests {
    /// Answers `/ok/NAME` with the name; what is in `held` waits for `/release/NAME`, and `/probe` is answered at once.
    // Sendable: touched only on the server's lane.
    private final class Script: @unchecked Sendable {
        private var held: [String: [HTTPLine]] = [:]
        private let isHeld: (String) -> Bool
        /// What `/release/` answers in the place of the name.
        private let refused: Set<String>

        init(holding isHeld: @escaping (String) -> Bool, refusing refused: Set<String> = []) {
            self.isHeld = isHeld
            self.refused = refused
        }

        func take(_ exchange: HTTPExchange, _ line: HTTPLine) {
            let words = exchange.target.split(separator: "/").map(String.init)
            switch (words[0], words.last ?? "") {
            case ("ok", let name) where isHeld(name): held[name, default: []].append(line)
            case ("ok", let name): answer(name, line)
            case ("release", let name):
                for line in held.removeValue(forKey: name) ?? [] { answer(name, line) }
                line.answer(200, "released")
            default: line.answer(200, "probe")
            }
        }

        private func answer(_ name: String, _ line: HTTPLine) {
            if refused.contains(name) { line.answer(404, "no") } else { line.answer(200, name) }
        }
    }

    private struct Bench {
        let folder: ScratchFolder
        let client: HTTPClient
        let server: ScriptedHTTPServer

        func payload(_ name: String, sha256: String? = nil) -> PayloadDefinition {
            PayloadDefinition(
                name: name, from: "\(server.base)/ok/\(name)", sha256: sha256 ?? SHA256.hash(of: name).hex)
        }

        /// Fetches, and tells the names in the order in which they were told.
        func fetch(_ definitions: [PayloadDefinition], _ store: PayloadStore = PayloadStore()) async throws -> [String]
        {
            var told: [String] = []
            try await store.fetch(definitions, with: client, into: folder.path, objects: nil) { shown, _, _ in
                told.append(shown.split(separator: "/").last.map(String.init) ?? "")
            }
            return told
        }

        func ask(_ path: String) async throws {
            _ = try await client.send(HTTPRequest("GET", HTTPURL(server.base + path)))
        }

        /// Waits until payloads were asked for so often, beside so many other requests.
        func asked(_ count: Int, besides others: Int = 0) async throws {
            try await server.received(1 + count + others)
        }

        /// What was asked for as a payload.
        func asked() async -> [String] { await server.requests().map(\.target).filter { $0.hasPrefix("/ok/") } }
    }

    private func serving(_ script: Script, _ body: (Bench) async throws -> Void) async throws {
        try await ScriptedHTTPServer.serving {
            script.take($0, $1)
        } _: { server in
            let client = try HTTPClient(on: try Lane(name: "fetch"), options: HTTPClientOptions(proxy: .none))
            let bench = Bench(folder: try ScratchFolder(), client: client, server: server)
            // Before a host has answered once, nobody knows whether one connection will do for all, and all wait for it.
            try await bench.ask("/probe")
            try await body(bench)
        }
    }

    @Test func `four are under way at a time, and each that ends lets the next begin`() async throws {
        let names = (0..<7).map { "p\($0)" }
        try await serving(Script { _ in true }) { bench in
            let task = Task { try await bench.fetch(names.map { bench.payload($0) }) }
            try await bench.asked(4)
            // Were there a fifth, it would have come long before this many round trips.
            for _ in 0..<20 { try await bench.ask("/probe") }
            #expect(Set(await bench.asked()) == ["/ok/p0", "/ok/p1", "/ok/p2", "/ok/p3"])
            // Not the first: a slow payload keeps its place and nobody else's.
            try await bench.ask("/release/p2")
            try await bench.asked(5, besides: 21)
            #expect(await bench.asked().last == "/ok/p4")
            for name in ["p0", "p1", "p3"] { try await bench.ask("/release/\(name)") }
            try await bench.asked(7, besides: 24)
            for name in ["p4", "p5", "p6"] { try await bench.ask("/release/\(name)") }
            #expect(try await task.value == names)
        }
    }

    @Test func `what has come is told in the order of the playbook`() async throws {
        let names = (0..<9).map { "p\($0)" }
        try await serving(Script { $0 == "p0" }) { bench in
            let task = Task { try await bench.fetch(names.map { bench.payload($0) }) }
            // The other three places have served all others.
            try await bench.asked(9)
            try await bench.ask("/release/p0")
            #expect(try await task.value == names)
        }
    }

    @Test(arguments: [true, false])
    func `the first mistake in order is told, those behind it are cancelled, and nothing more begins`(
        isFirstWrong: Bool
    ) async throws {
        let script = Script(holding: { $0 != "p2" }, refusing: isFirstWrong ? ["p0", "p2"] : ["p2"])
        try await serving(script) { bench in
            let task = Task { try await bench.fetch((0..<6).map { bench.payload("p\($0)") }) }
            // The third is refused, which ends the fourth and neither of the first two.
            try await bench.server.hungUp(1)
            for name in ["p1", "p0"] { try await bench.ask("/release/\(name)") }
            let error = await #expect(throws: PayloadError.self) { try await task.value }
            #expect(error?.path == "\(bench.server.base)/ok/\(isFirstWrong ? "p0" : "p2")")
            #expect(Set(await bench.asked()) == ["/ok/p0", "/ok/p1", "/ok/p2", "/ok/p3"])
        }
    }

    @Test func `a fetch that is cancelled ends all of them`() async throws {
        try await serving(Script { _ in true }) { bench in
            let task = Task { try await bench.fetch((0..<6).map { bench.payload("p\($0)") }) }
            try await bench.asked(4)
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
            try await bench.server.hungUp(4)
            #expect(await bench.asked().count == 4)
        }
    }

    @Test func `an address that several payloads have is asked once`() async throws {
        try await serving(Script { _ in false }) { bench in
            let store = PayloadStore()
            var packed = bench.payload("a")
            packed.pack = .tar
            let definitions = [bench.payload("a"), bench.payload("b"), packed, bench.payload("a")]
            let told = try await bench.fetch(definitions, store)
            #expect(told == ["a", "b"])
            #expect(await bench.asked().sorted() == ["/ok/a", "/ok/b"])
            let places = try definitions.map(store.place)
            #expect(places[0] == places[2])
            #expect(places[0] != places[1])
        }
    }

    @Test func `a second payload that wants other content of an address is the mistake`() async throws {
        try await serving(Script { _ in false }) { bench in
            let other = SHA256.hash(of: "other").hex
            let definitions = [bench.payload("a"), bench.payload("b"), bench.payload("a", sha256: other)]
            let error = await #expect(throws: PayloadError.self) { try await bench.fetch(definitions) }
            #expect(error?.reason.contains("and \(other) was expected") == true)
        }
    }
}
