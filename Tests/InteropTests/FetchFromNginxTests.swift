import Crypto
import Curl
import DroverTesting
import Farm
import Fetching
import Foundation
import Glibc
import Lanes
import Payloads
import Testing

/// Our client and a real web server over real TLS.
@Suite(
    "Our client and nginx", .enabled(if: NginxServer.isThere, "there is no /usr/sbin/nginx: run `make setup`"),
    .timeLimit(.minutes(5))
)
struct FetchFromNginxTests {
    /// A client that trusts the authority of a test run.
    private func client(_ certificates: Certificates, connectionsPerHost: Int = 32) throws -> HTTPClient {
        let options = HTTPClientOptions(
            certificateFile: certificates.authority, proxy: .none, connectionsPerHost: connectionsPerHost)
        return try HTTPClient(on: Lane(name: "nginx"), options: options)
    }

    @Test func `a file comes over HTTP 2, and the next time nginx says that nothing changed`() async throws {
        let certificates = try await Certificates()
        try await NginxServer.serving(certificates) { server in
            let bytes = try server.serve("assets.bin", size: 5_000_000)
            let fetcher = Fetcher(try client(certificates))
            let folder = try ScratchFolder()
            let source = FetchSource(try HTTPURL(server.base + "/assets.bin"))
            let first = try await fetcher.fetch(source, to: "\(folder.path)/assets.bin")
            #expect(first.sha256 == SHA256.hash(of: bytes))
            #expect(!first.wasCached)
            let second = try await fetcher.fetch(source, to: "\(folder.path)/assets.bin")
            #expect(second.wasCached)
            #expect(second.etag == first.etag && first.etag != nil)
            let answers = server.log.split(separator: "\n").map { $0.split(separator: " ").dropFirst() }
            #expect(answers == [["HTTP/2.0", "GET", "200"], ["HTTP/2.0", "GET", "304"]])
        }
    }

    @Test func `a payload without a checksum is what the server has now, and comes again only when it is another`()
        async throws
    {
        let certificates = try await Certificates()
        try await NginxServer.serving(certificates) { server in
            let folder = try ScratchFolder()
            let definition = PayloadDefinition(name: "it", from: server.base + "/assets.bin")
            var told: [String] = []
            for newSize in [1_000, nil, 2_000] {
                let bytes = try newSize.map { try server.serve("assets.bin", size: $0) }
                let store = PayloadStore()
                try await store.fetch(
                    [definition], with: try client(certificates), into: folder.path, objects: nil
                ) { _, count, _ in told.append("\(count)") }
                let place = try store.place(of: definition)
                #expect(place.hasSuffix("/assets.bin"))
                if let bytes { #expect(RepositoryFile.bytes(at: place) == bytes) }
            }
            #expect(told == ["1000", "2000"])
        }
    }

    /// Each answer is quick at its beginning and would take many seconds for the rest: however slow this machine is, there
    /// is time to do something in the middle, and the half that is left comes quickly.
    private static func slowAfter(mebibytes: Int) -> String {
        "limit_rate 200k; limit_rate_after \(mebibytes)m;"
    }

    @Test func `nginx ended in the middle costs nothing but what had not come`() async throws {
        let certificates = try await Certificates()
        let server = try NginxServer(certificates, more: Self.slowAfter(mebibytes: 8))
        let bytes = try server.serve("assets.bin", size: 16_000_000)
        var id = try server.start()
        defer { NginxServer.end(id) }
        let fetcher = Fetcher(try client(certificates), policy: FetchPolicy(firstPause: .zero))
        let folder = try ScratchFolder()
        let meter = ProgressMeter(clock: SystemClock())
        let source = FetchSource(try HTTPURL(server.base + "/assets.bin"))
        let task = Task { try await fetcher.fetch(source, to: "\(folder.path)/assets.bin", meter: meter) }
        await waitUntil(meter, reads: 8_000_000, orEndOf: task)
        NginxServer.end(id)
        // Requests queue at the socket, which is ours, until the next nginx takes them.
        id = try server.start()
        let fetched = try await task.value
        #expect(fetched.sha256 == SHA256.hash(of: bytes))
        #expect(meter.bytes == 16_000_000)
        #expect(server.log.contains(" 206\n"))
    }

    @Test func `a part from an earlier program goes on where it stopped`() async throws {
        let certificates = try await Certificates()
        try await NginxServer.serving(certificates, more: Self.slowAfter(mebibytes: 4)) { server in
            let bytes = try server.serve("assets.bin", size: 8_000_000)
            let folder = try ScratchFolder()
            let source = FetchSource(try HTTPURL(server.base + "/assets.bin"))
            let path = "\(folder.path)/assets.bin"
            let first = ProgressMeter(clock: SystemClock())
            let fetcher = Fetcher(try client(certificates))
            let task = Task { try await fetcher.fetch(source, to: path, meter: first) }
            await waitUntil(first, reads: 3_900_000, orEndOf: task)
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
            let second = ProgressMeter(clock: SystemClock())
            let fetched = try await Fetcher(client(certificates)).fetch(source, to: path, meter: second)
            #expect(fetched.sha256 == SHA256.hash(of: bytes))
            #expect(first.bytes + second.bytes == 8_000_000)
        }
    }

    @Test func `hundreds of requests at once share a few HTTP 2 connections`() async throws {
        let certificates = try await Certificates()
        try await NginxServer.serving(certificates) { server in
            let bytes = try server.serve("small.txt", size: 64)
            let client = try client(certificates, connectionsPerHost: 4)
            let url = try HTTPURL(server.base + "/small.txt")
            let right = try await withThrowingTaskGroup(of: Bool.self) { group in
                for _ in 0..<200 { group.addTask { try await client.send(HTTPRequest("GET", url)).body == bytes } }
                return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
            }
            #expect(right == 200)
            let lines = server.log.split(separator: "\n")
            #expect(lines.count == 200)
            #expect(Set(lines.compactMap { $0.split(separator: " ").first }).count <= 4)
        }
    }

    @Test func `a large file is sent from the disk, and removed`() async throws {
        let certificates = try await Certificates()
        try await NginxServer.serving(certificates) { server in
            let folder = try ScratchFolder()
            let bytes = [UInt8](repeating: 0x5A, count: 20_000_000)
            let path = try folder.write(bytes, to: "large")
            let client = try client(certificates)
            let url = try HTTPURL(server.base + "/new/large.bin")
            let sent = try await client.send(HTTPRequest("PUT", url, body: .file(path: path)))
            #expect(sent.status == 201)
            #expect(sent.version == "2")
            let isWhole = RepositoryFile.bytes(at: "\(server.files)/new/large.bin") == bytes
            #expect(isWhole)
            #expect(try await client.send(HTTPRequest("DELETE", url)).status == 204)
            #expect(try await client.send(HTTPRequest("HEAD", url)).status == 404)
        }
    }

    @Test func `a server whose certificate nobody vouches for is not asked`() async throws {
        let certificates = try await Certificates()
        let strangers = try await Certificates()
        try await NginxServer.serving(certificates) { server in
            for client in [
                try client(strangers), try HTTPClient(on: Lane(name: "system"), options: .init(proxy: .none)),
            ] {
                let error = await #expect(throws: HTTPError.self) {
                    try await client.send(HTTPRequest("GET", HTTPURL(server.base + "/?key=geheim")))
                }
                #expect(error?.code == .insecure)
                #expect(error?.advice?.contains("SSL_CERT_FILE") == true)
                #expect(error?.description.contains("geheim") == false)
            }
            #expect(server.log.isEmpty)
        }
    }

    @Test func `a certificate for another name is refused`() async throws {
        let certificates = try await Certificates()
        try await NginxServer.serving(certificates) { server in
            let client = try client(certificates)
            let error = await #expect(throws: HTTPError.self) {
                try await client.send(HTTPRequest("GET", HTTPURL("https://localhost:\(server.port)/")))
            }
            #expect(error?.code == .insecure)
        }
    }

    @Test func `a file of certificates that is missing is named`() async throws {
        let certificates = try await Certificates()
        try await NginxServer.serving(certificates) { server in
            let options = HTTPClientOptions.fromEnvironment { ["SSL_CERT_FILE": "/nowhere/ca.pem"][$0] }
            let client = try HTTPClient(on: Lane(name: "missing"), options: options)
            let error = await #expect(throws: HTTPError.self) {
                try await client.send(HTTPRequest("GET", HTTPURL(server.base)))
            }
            #expect(error?.code == .insecure)
            #expect(error?.reason.contains("/nowhere/ca.pem") == true)
        }
    }

    @Test func `a server that leads from TLS to plain text is not followed`() async throws {
        let certificates = try await Certificates()
        let more = "location /away { return 302 http://127.0.0.1:9/away; } location /on { return 301 /small.txt; }"
        try await NginxServer.serving(certificates, more: more) { server in
            let bytes = try server.serve("small.txt", size: 64)
            let client = try client(certificates)
            let error = await #expect(throws: HTTPError.self) {
                try await client.send(HTTPRequest("GET", HTTPURL(server.base + "/away")))
            }
            #expect(error?.code == .badRedirection)
            #expect(try await client.send(HTTPRequest("GET", HTTPURL(server.base + "/on"))).body == bytes)
        }
    }

    @Test func `a file that is replaced between two pieces is fetched anew`() async throws {
        let certificates = try await Certificates()
        try await NginxServer.serving(certificates, more: Self.slowAfter(mebibytes: 4)) { server in
            _ = try server.serve("assets.bin", size: 8_000_000)
            let folder = try ScratchFolder()
            let path = "\(folder.path)/assets.bin"
            let source = FetchSource(try HTTPURL(server.base + "/assets.bin"))
            let meter = ProgressMeter(clock: SystemClock())
            let fetcher = Fetcher(try client(certificates))
            let task = Task { try await fetcher.fetch(source, to: path, meter: meter) }
            await waitUntil(meter, reads: 1_000_000, orEndOf: task)
            task.cancel()
            _ = await task.result
            let newer = try server.serve("assets.bin", size: 3_000_000)
            let fetched = try await fetcher.fetch(source, to: path)
            #expect(fetched.sha256 == SHA256.hash(of: newer))
            #expect(fetched.byteCount == 3_000_000)
        }
    }
}
