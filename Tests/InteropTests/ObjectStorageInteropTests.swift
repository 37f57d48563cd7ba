import Crypto
import Curl
import DroverTesting
import Fetching
import Foundation
import Lanes
import ObjectStorage
import Secrets
import Signing
import Simulator
import Testing

/// The simulated store, judged by clients that we did not write.
@Suite(
    "Clients of others and the simulated object store", .enabled(if: CloudSDK.isThere, CloudSDK.absence),
    .timeLimit(.minutes(5)))
struct StorageJudgeTests {
    /// - Parameter place: How the script wants to be told where the store is.
    private func judge(
        _ script: String, lines: Int, overTLS: Bool = false, _ place: (SocketAddress) -> String
    ) async throws {
        let folder = try ScratchFolder()
        try folder.folder("store")
        var options = ObjectStoreOptions(
            buckets: ["farm": "cn-north-4"], keys: [StoreKeys(id: "AKJUDGE", secret: "SK-of-the-judge")])
        var environment = cleanEnvironment(home: folder.path)
        if overTLS {
            let now = Int64(Date().timeIntervalSince1970)
            let authority = try CertificateAuthority(name: "judged", valid: now - 3600..<now + 86_400)
            options.identity = try authority.identity(for: ["127.0.0.1"], valid: now - 3600..<now + 86_400)
            environment["AWS_CA_BUNDLE"] = try folder.write(authority.pem, to: "ca.pem")
        }
        let store = SimulatedObjectStore(options, folder: "\(folder.path)/store", on: try Lane(name: "store"))
        let address = try await store.start()
        let words = [
            Fixture.path("cloud/\(script)"), place(address), "farm", "AKJUDGE", "SK-of-the-judge", "cn-north-4",
        ]
        let result = try await run(
            CloudSDK.python, ["-I"] + words, environment: environment)
        await store.stop()
        #expect(result.exitCode == 0, "\(result.text)")
        #expect(result.output.split(separator: "\n").count == lines, "\(result.text)")
        let isTidy = RepositoryFile.names(in: "\(folder.path)/store").isEmpty
        #expect(isTidy, "bodies were left in the store's folder")
    }

    @Test("the service's own client stores, lists and fetches, in one piece and in parts")
    func officialClient() async throws { try await judge("judge-obs.py", lines: 73) { "\($0.port)" } }

    @Test("boto3 does the same over TLS, and finds nothing wrong with the certificate")
    func amazonClientOverTLS() async throws {
        try await judge("judge-s3.py", lines: 44, overTLS: true) { "https://\($0)" }
    }

    @Test("boto3 does the same, signed by version 4")
    func amazonClient() async throws { try await judge("judge-s3.py", lines: 44) { "http://\($0)" } }
}

/// Our signer and the official one.
@Suite("The official signer and ours", .enabled(if: CloudSDK.isThere, CloudSDK.absence), .timeLimit(.minutes(5)))
struct SignerJudgeTests {
    private struct Asked: Encodable {
        let ak, sk, method, scheme, host, path: String
        let query: [[String]]
        let headers: [String: String]
        let body: String
    }

    private static let letters = Array("abcXYZ019-_.~ /+*=&?#:;,'\"()[]{}@!$|<>\\^`äß手机🎮é")

    private static func word(_ numbers: inout SeededNumbers, _ lengths: ClosedRange<Int>, without: String = "")
        -> String
    {
        let letters = letters.filter { !without.contains($0) }
        return String(
            (0..<Int.random(in: lengths, using: &numbers)).compactMap { _ in letters.randomElement(using: &numbers) })
    }

    @Test("a thousand random requests are signed alike")
    func equal() async throws {
        var numbers = SeededNumbers(seed: 20_261_121)
        var lines = ""
        var ours: [String] = []
        for _ in 0..<1000 {
            let seconds = Int.random(in: 0..<4_000_000_000, using: &numbers)
            let time = SigningTime(secondsSince1970: seconds)
            let secret = Self.word(&numbers, 8...40)
            let keys = AccessKeys(
                id: "AK\(UInt32.random(in: 0 ... .max, using: &numbers))", secret: Secret(name: "sk", secret))
            let method = ["GET", "POST", "PUT", "DELETE", "HEAD", "PATCH"].randomElement(using: &numbers) ?? "GET"
            let path =
                "/v1"
                + (0..<Int.random(in: 0...4, using: &numbers))
                .map { _ in "/" + Self.word(&numbers, 1...12, without: "/") }.joined()
            // The official client keeps one value for each name.
            var query: [String: String] = [:]
            for _ in 0..<Int.random(in: 0...6, using: &numbers) {
                query[Self.word(&numbers, 1...10)] = Self.word(&numbers, 0...20)
            }
            let body = method == "GET" || method == "HEAD" ? "" : Self.word(&numbers, 0...200)
            var headers = ["Content-Type": "application/json"]
            if Bool.random(using: &numbers) {
                headers["X-Project-Id"] = "p\(UInt32.random(in: 0 ... .max, using: &numbers))"
            }
            if Bool.random(using: &numbers) { headers["x-Custom"] = " \(Self.word(&numbers, 1...9)) " }
            let request = SignableRequest(
                method, host: "cph.cn-north-4.myhuaweicloud.com", path: path,
                query: query.map { .init($0.key, $0.value) }, fields: headers.map { .init($0.key, $0.value) })
            let signature = try SDKSignature(request, body: Array(body.utf8), keys: keys, at: time)
            let value = signature.fields.first { $0.name == "Authorization" }?.value
            ours.append(value?.reveal { $0 } ?? "")
            let asked = Asked(
                ak: keys.id, sk: secret, method: method, scheme: "https", host: request.host, path: path,
                query: query.map { [$0.key, $0.value] }, headers: headers.merging(["X-Sdk-Date": time.compact]) { $1 },
                body: body)
            lines += String(decoding: try JSONEncoder().encode(asked), as: UTF8.self) + "\n"
        }
        let folder = try ScratchFolder()
        let result = try await run(
            "/bin/sh",
            [
                "-c", #"exec "$0" -I "$1" < "$2""#, CloudSDK.python, Fixture.path("cloud/judge-signer.py"),
                try folder.write(lines, to: "requests"),
            ], environment: cleanEnvironment(home: folder.path))
        #expect(result.exitCode == 0, "\(result.error)")
        let theirs = result.output.split(separator: "\n").map(String.init)
        #expect(theirs.count == 1000)
        let asked = lines.split(separator: "\n")
        for (place, pair) in zip(ours, theirs).enumerated() where pair.0 != pair.1 {
            Issue.record("\(asked[place])\nours   \(pair.0)\ntheirs \(pair.1)")
            break
        }
    }
}

/// Our client and a store that we did not write.
@Suite("Our client and moto's store", .enabled(if: CloudSDK.isThere, CloudSDK.absence), .timeLimit(.minutes(5)))
struct StoreOfOthersTests {
    private static let program = """
        import logging, sys
        from moto.server import ThreadedMotoServer
        logging.disable(logging.CRITICAL)
        server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
        server.start()
        import boto3
        host, port = server.get_host_and_port()
        boto3.client("s3", endpoint_url=f"http://{host}:{port}", region_name="cn-north-4", aws_access_key_id="AK",
            aws_secret_access_key="SK").create_bucket(
            Bucket="farm", CreateBucketConfiguration={"LocationConstraint": "cn-north-4"})
        print(port, flush=True)
        sys.stdin.read()
        server.stop()
        """

    private func serving(_ body: (UInt16, ScratchFolder) async throws -> Void) async throws {
        let folder = try ScratchFolder()
        let server = try await Companion(
            CloudSDK.python, ["-I", "-c", Self.program], environment: cleanEnvironment(home: folder.path))
        defer { server.stop() }
        try await body(try #require(UInt16(server.announcement[0])), folder)
    }

    /// Parts of 5 MiB, the smallest that such stores take.
    private func client(_ port: UInt16, attempts: Int = 4, parallelParts: Int = 4) throws -> ObjectStoreClient {
        let http = try HTTPClient(on: try Lane(name: "client"), options: HTTPClientOptions(proxy: .none))
        let keys = AccessKeys(id: "AK", secret: Secret(name: "sk", "SK"))
        let store = try ObjectStore(
            bucket: "farm", region: "cn-north-4", endpoint: try HTTPURL("http://127.0.0.1:\(port)"), signature: .aws4
        ) { _ in keys }
        let policy = StorePolicy(
            attempts: attempts, firstPause: .milliseconds(20), partSize: 5 << 20, parallelParts: parallelParts,
            singleLimit: 5 << 20)
        return ObjectStoreClient(store, over: http, policy: policy)
    }

    private func file(_ folder: ScratchFolder, _ size: Int) throws -> (path: String, bytes: [UInt8]) {
        let bytes = SeededNumbers.bytes(size, seed: UInt64(size))
        return (try folder.write(bytes, to: "file"), bytes)
    }

    @Test("objects in one piece, with names of every kind, come back, are listed and go")
    func small() async throws {
        try await serving { port, folder in
            let client = try client(port)
            #expect(try await client.bucketExists())
            #expect(try await client.bucketRegion() == "cn-north-4")
            let names = ["dir a/手机~1+#.tar", "a+b c", "ä'()!*", "plain.apk", "empty"]
            for name in names {
                let content = name == "empty" ? [] : Array(name.utf8)
                let details = ObjectDetails(metadata: ["kind": "test"], expiresAfterDays: 7)
                _ = try await client.put(.bytes(content), key: name, details: details)
                let object = try #require(try await client.head(name))
                #expect(object.byteCount == Int64(content.count))
                #expect(object.note("kind") == "test")
                #expect(object.expiryDay != nil)
                let got = try await client.get(name, into: .file(path: "\(folder.path)/copy"))
                #expect(got.isVerified)
                #expect(RepositoryFile.bytes(at: "\(folder.path)/copy") == content)
            }
            var listed: [String] = []
            for try await object in client.objects() { listed.append(object.key) }
            #expect(listed == names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) })
            var pages: [String] = []
            var marker: String?
            repeat {
                let page = try await client.list(delimiter: "/", marker: marker, limit: 2)
                pages += page.objects.map(\.key) + page.commonPrefixes
                marker = page.nextMarker
            } while marker != nil
            #expect(Set(pages) == ["dir a/", "a+b c", "ä'()!*", "plain.apk", "empty"])
            try await client.delete("plain.apk")
            #expect(try await client.head("plain.apk") == nil)
            #expect(try await client.deleteMany(names).isEmpty)
            #expect(try await client.list().objects.isEmpty)
        }
    }

    @Test("an object is fetched like a file of a web server, and asked about afterwards")
    func fetched() async throws {
        try await serving { port, folder in
            let client = try client(port)
            let (path, bytes) = try file(folder, 3 << 20)
            _ = try await client.put(.file(path: path), key: "builds/my game.apk")
            let origin = client.origin(of: "builds/my game.apk")
            let fetcher = Fetcher(
                try #require(origin.client), policy: FetchPolicy(attempts: 2, firstPause: .milliseconds(1)))
            let source = FetchSource(from: origin)
            let whole = try await fetcher.fetch(source, to: "\(folder.path)/got")
            #expect(!whole.wasCached)
            #expect(try await fetcher.fetch(source, to: "\(folder.path)/got").wasCached)
            let isEqual = RepositoryFile.bytes(at: whole.path) == bytes
            #expect(isEqual)
            let missing = FetchSource(from: client.origin(of: "none"))
            let error = await #expect(throws: FetchError.self) {
                try await fetcher.fetch(missing, to: "\(folder.path)/none")
            }
            #expect(error?.reason.contains("NoSuchKey") == true, "\(error.map(\.description) ?? "")")
        }
    }

    @Test("a file in parts comes back whole, and ranges of it")
    func parts() async throws {
        try await serving { port, folder in
            let client = try client(port)
            let (path, bytes) = try file(folder, 17 << 20)
            let put = try await client.put(.file(path: path), key: "big file")
            #expect(put.etag.hasSuffix("-4"))
            let copy = "\(folder.path)/copy"
            _ = try await client.get("big file", into: .file(path: copy))
            let isEqual = RepositoryFile.bytes(at: copy) == bytes
            #expect(isEqual)
            _ = try await client.get("big file", into: .file(path: copy), range: 5_000_000..<6_000_000)
            let isPart = RepositoryFile.bytes(at: copy) == Array(bytes[5_000_000..<6_000_000])
            #expect(isPart)
            #expect(try await client.listUploads().isEmpty)
        }
    }

    @Test("an upload that was cut is taken up again, and one that nobody wants is aborted")
    func resume() async throws {
        try await serving { port, folder in
            let (path, bytes) = try file(folder, 40 << 20)
            let ledger = UploadLedger(folder: "\(folder.path)/uploads")
            // Each request has a connection of its own: the beginning and two parts pass, the third is cut.
            let proxy = try CuttingProxy(to: port, cuts: [.max, .max, .max, 1 << 20])
            defer { proxy.stop() }
            let client = try client(proxy.port, attempts: 1, parallelParts: 1)
            await #expect(throws: ObjectStorageError.self) {
                try await client.put(.file(path: path), key: "big", ledger: ledger)
            }
            #expect(try await client.listUploads().map(\.key) == ["big"])
            let put = try await client.put(.file(path: path), key: "big", ledger: ledger)
            #expect(put.resumedByteCount == 10 << 20)
            let copy = "\(folder.path)/copy"
            _ = try await client.get("big", into: .file(path: copy))
            let isEqual = RepositoryFile.bytes(at: copy) == bytes
            #expect(isEqual)
            #expect(RepositoryFile.names(in: ledger.folder).isEmpty)
        }
    }
}
