import Crypto
import Curl
import DroverTesting
import Glibc
import Lanes
import Signing
import Testing

@testable import ObjectStorage
@testable import Simulator

/// Our client over TLS, at a simulated store whose certificate is right, or wrong in one way.
@Suite("Stores over TLS", .timeLimit(.minutes(2)))
struct TLSTests {
    private static let now = Int64(time(nil))
    private static let soon = now - 3600..<now + 86_400

    /// Runs `body` beside a store with a certificate for `names`; the client trusts what `trusts` says.
    private func serving(
        names: [String] = ["127.0.0.1"], valid term: CertificateAuthority.Term = soon, trustsAnother: Bool = false,
        _ body: (StoreTest, ObjectStoreClient) async throws -> Void
    ) async throws {
        let authority = try CertificateAuthority(name: "test", valid: Self.now - 30 * 86_400..<Self.now + 86_400)
        let identity = try authority.identity(for: names, valid: term)
        let trusted = trustsAnother ? try CertificateAuthority(name: "test", valid: Self.soon) : authority
        try await StoreTest.run({ $0.identity = identity }) { test in
            let file = try test.folder.write(trusted.pem, to: "ca.pem")
            try await body(test, try test.client(policy: StoreTest.policy(attempts: 1), trusting: file))
        }
    }

    @Test func `objects travel whole, small ones and large ones, in both directions and at once`() async throws {
        try await serving { test, client in
            for size in [0, 1, 16_384, 100_000, 700_001] {
                let (path, bytes) = try test.file("file-\(size)", size: size)
                _ = try await client.put(.file(path: path), key: "object-\(size)")
                let isEqual = try await test.bytes(of: "object-\(size)", client) == bytes
                #expect(isEqual, "\(size)")
            }
            let large = SeededNumbers.bytes(5 << 20, seed: 9)
            #expect(await test.server.store(large, as: "large", in: "farm"))
            let right = try await withThrowingTaskGroup(of: Bool.self) { group in
                for number in 0..<12 {
                    group.addTask {
                        let start = Int64(number * 1000)
                        let kept = KeptBytes()
                        _ = try await client.get(
                            "large", into: .pieces { kept.append($0) }, range: start..<Int64(large.count))
                        return kept.bytes == Array(large[Int(start)...])
                    }
                }
                return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
            }
            #expect(right == 12)
        }
    }

    @Test func `faults of the store look the same over TLS`() async throws {
        try await serving { test, _ in
            let (path, bytes) = try test.file("file", size: 600_000)
            let client = try test.client(trusting: "\(test.folder.path)/ca.pem")
            _ = try await client.put(.file(path: path), key: "object")
            await test.server.misbehave { $0.cutBodies = 1 }
            let isEqual = try await test.bytes(of: "object", client) == bytes
            #expect(isEqual)
        }
    }

    private func refusal(_ client: ObjectStoreClient) async -> String {
        let error = await storageError { try await client.head("object") }
        return error.map(\.description) ?? "no error"
    }

    @Test func `a certificate of somebody else's authority is refused in one line`() async throws {
        try await serving(trustsAnother: true) { test, client in
            let line = await refusal(client)
            #expect(line.hasPrefix("look at obs://farm/object: "), "\(line)")
            #expect(line.contains("certificate"), "\(line)")
            #expect(line.contains("`ca-file` of an account"), "\(line)")
            #expect(!line.contains("\n"))
            #expect(await test.server.record.requests.isEmpty)
        }
    }

    @Test func `a certificate that has expired is refused in one line`() async throws {
        try await serving(valid: Self.now - 20 * 86_400..<Self.now - 86_400) { test, client in
            let line = await refusal(client)
            #expect(line.contains("certificate has expired"), "\(line)")
            #expect(!line.contains("\n"))
            #expect(await test.server.record.requests.isEmpty)
        }
    }

    @Test(arguments: [["store.example"], ["127.0.0.2"]])
    func `a certificate of another host is refused in one line`(names: [String]) async throws {
        try await serving(names: names) { test, client in
            let line = await refusal(client)
            #expect(line.contains("127.0.0.1"), "\(line)")
            #expect(line.contains("certificate"), "\(line)")
            #expect(!line.contains("\n"))
            #expect(await test.server.record.requests.isEmpty)
        }
    }

    @Test func `a file of certificates that is not there is named as what to look at`() async throws {
        try await serving { test, _ in
            let client = try test.client(policy: StoreTest.policy(attempts: 1), trusting: "/nowhere/ca.pem")
            let line = await refusal(client)
            #expect(line.contains("/nowhere/ca.pem"), "\(line)")
            #expect(line.contains("`ca-file` of the account"), "\(line)")
        }
    }

    @Test func `one that speaks in the clear ends with its own connection`() async throws {
        try await serving { test, client in
            let plain = try test.client(policy: StoreTest.policy(attempts: 1))
            let error = await storageError { try await plain.head("object") }
            #expect(error?.code == .noAnswer, "\(error.map(\.description) ?? "")")
            #expect(try await client.head("object") == nil)
        }
    }

    private struct Elsewhere: HTTPHandler {
        let place: String
        func answer(_ request: HTTPRequestHead, _ body: HTTPRequestBody) -> HTTPReply {
            HTTPReply(307, [(name: "Location", value: place)], .none)
        }
    }

    @Test func `nobody is led from https to http`() async throws {
        let authority = try CertificateAuthority(name: "test", valid: Self.soon)
        let identity = try authority.identity(for: ["127.0.0.1"], valid: Self.soon)
        let folder = try ScratchFolder()
        let lane = try Lane(name: "http")
        try await ScriptedHTTPServer.serving {
            $1.answer(200, "content")
        } _: { plain in
            let server = HTTPServer(on: lane, identity: identity, handler: Elsewhere(place: plain.base + "/a"))
            let address = try await server.start()
            let options = HTTPClientOptions(
                certificateFile: try folder.write(authority.pem, to: "ca.pem"), proxy: .none)
            let client = try HTTPClient(on: try Lane(name: "client"), options: options)
            let error = await #expect(throws: HTTPError.self) {
                try await client.send(HTTPRequest("GET", try HTTPURL("https://\(address)/a")))
            }
            #expect(error?.code == .badRedirection, "\(error.map(\.description) ?? "")")
            #expect(await plain.requests().isEmpty)
            await server.stop()
        }
    }
}
