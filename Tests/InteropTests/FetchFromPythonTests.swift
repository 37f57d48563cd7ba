import Crypto
import Curl
import DroverTesting
import Fetching
import Foundation
import Lanes
import Testing

/// Our client and Python's own web server, which speaks HTTP/1.0, knows no ranges and closes after each answer.
@Suite(
    "Our client and Python's http.server",
    .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/python3"), "there is no /usr/bin/python3"),
    .timeLimit(.minutes(5))
)
struct FetchFromPythonTests {
    /// Serves the folder that it is given, says its port, and ends with its standard input.
    private static let program = """
        import functools, http.server, sys, threading
        class Handler(http.server.SimpleHTTPRequestHandler):
            def log_message(self, *words): pass
        handler = functools.partial(Handler, directory=sys.argv[1])
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        print(server.server_port, flush=True)
        sys.stdin.read()
        """

    private func serving(_ folder: ScratchFolder, _ body: (String) async throws -> Void) async throws {
        let server = try await Companion(
            "/usr/bin/python3", ["-I", "-c", Self.program, folder.path],
            environment: cleanEnvironment(home: folder.path))
        defer { server.stop() }
        try await body("http://127.0.0.1:\(server.announcement[0])")
    }

    @Test("a part is left when the server knows no ranges", arguments: [0, 1, 400_000])
    func noRanges(there: Int) async throws {
        let folder = try ScratchFolder()
        let bytes = (0..<1_000_000).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 7) }
        try folder.write(bytes, to: "served/assets.bin")
        let served = try ScratchFolder()
        try served.write(bytes, to: "assets.bin")
        try await serving(served) { base in
            let client = try HTTPClient(on: Lane(name: "python"), options: HTTPClientOptions(proxy: .none))
            let wanted = SHA256.hash(of: bytes)
            let url = try HTTPURL(base + "/assets.bin")
            let place = SHA256.hash(of: url.text)
            try folder.write(Array(bytes[..<there]), to: ".assets.bin.part")
            try folder.write("drover-fetch 1\nplace \(place)\nexpected \(wanted)\nend\n", to: ".assets.bin.fetch")
            let fetched = try await Fetcher(client).fetch(
                FetchSource(url, sha256: wanted), to: "\(folder.path)/assets.bin")
            #expect(fetched.byteCount == 1_000_000)
            let isWhole = RepositoryFile.bytes(at: "\(folder.path)/assets.bin") == bytes
            #expect(isWhole)
        }
    }

    @Test func `a file that is not there is refused once, in one line`() async throws {
        let folder = try ScratchFolder()
        try await serving(folder) { base in
            let client = try HTTPClient(on: Lane(name: "python"), options: HTTPClientOptions(proxy: .none))
            let source = FetchSource(try HTTPURL(base + "/none"), sha256: SHA256.hash(of: ""))
            let error = await #expect(throws: FetchError.self) {
                try await Fetcher(client).fetch(source, to: "\(folder.path)/none")
            }
            #expect(error?.description == "fetch \(base)/none: the server answered 404; check the address")
        }
    }
}
