import Crypto
import Curl
import DroverTesting
import Fetching
import Lanes
import ObjectStorage
import Signing
import Simulator
import Testing

/// Objects that are fetched as files of a web server are: resumed, checked, and not asked for again.
@Suite("Objects that are fetched", .timeLimit(.minutes(1)))
struct FetchedObjectTests {
    private func fetcher(_ test: StoreTest, attempts: Int = 5) -> Fetcher {
        Fetcher(
            test.http,
            policy: FetchPolicy(attempts: attempts, firstPause: .milliseconds(1), longestPause: .milliseconds(4)))
    }

    /// Fetches `game.pak` of a store; the error when it cannot be.
    private func fetch(
        _ client: ObjectStoreClient, _ test: StoreTest, key: String = "game.pak", sha256: SHA256Digest? = nil
    ) async throws -> FetchedFile {
        try await fetcher(test).fetch(
            FetchSource(from: client.origin(of: key), sha256: sha256), to: "\(test.folder.path)/got")
    }

    private func error(_ body: () async throws -> FetchedFile) async -> String {
        do {
            _ = try await body()
            return ""
        } catch {
            return "\(error)"
        }
    }

    @Test("an object comes once, and again when its mark is another", arguments: Dialect.allCases)
    func versions(dialect: Dialect) async throws {
        try await StoreTest.run { test in
            let client = try test.client(dialect)
            #expect(await test.server.store(Array("first".utf8), as: "game.pak", in: "farm"))
            let first = try await fetch(client, test)
            #expect(!first.wasCached)
            #expect(first.sha256 == SHA256.hash(of: "first"))
            #expect(try await fetch(client, test).wasCached)
            #expect(await test.server.record.bytesOut == 5)
            #expect(await test.server.store(Array("second".utf8), as: "game.pak", in: "farm"))
            let second = try await fetch(client, test)
            #expect(!second.wasCached)
            #expect(RepositoryFile.bytes(at: second.path) == Array("second".utf8))
        }
    }

    @Test("an object that was cut goes on where it stopped", arguments: Dialect.allCases)
    func cut(dialect: Dialect) async throws {
        try await StoreTest.run { test in
            let bytes = SeededNumbers.bytes(600_000, seed: 1)
            #expect(await test.server.store(bytes, as: "game.pak", in: "farm"))
            await test.server.misbehave { $0.cutBodies = 1 }
            let got = try await fetch(try test.client(dialect), test)
            let isEqual = RepositoryFile.bytes(at: got.path) == bytes
            #expect(isEqual)
            #expect(await test.server.record.requests["GetObject"] == 2)
            #expect(await test.server.record.bytesOut <= 600_000)
        }
    }

    @Test("an object that was replaced while it came is fetched from its start")
    func replaced() async throws {
        try await StoreTest.run { test in
            let client = try test.client()
            let (old, new) = (SeededNumbers.bytes(600_000, seed: 1), SeededNumbers.bytes(600_000, seed: 2))
            #expect(await test.server.store(old, as: "game.pak", in: "farm"))
            await test.server.misbehave { $0.cutBodies = 1 }
            // One attempt leaves a part of the old one.
            let impatient = fetcher(test, attempts: 1)
            let source = FetchSource(from: client.origin(of: "game.pak"))
            await #expect(throws: FetchError.self) {
                try await impatient.fetch(source, to: "\(test.folder.path)/got")
            }
            #expect(RepositoryFile.bytes(at: "\(test.folder.path)/.got.part") != nil)
            #expect(await test.server.store(new, as: "game.pak", in: "farm"))
            let got = try await fetch(client, test)
            let isNew = RepositoryFile.bytes(at: got.path) == new
            #expect(isNew)
            #expect(await test.server.record.refusals["PreconditionFailed"] == 1)
        }
    }

    @Test("keys that have ended are renewed once, and then told")
    func renewed() async throws {
        try await StoreTest.run { test in
            #expect(await test.server.store([1, 2, 3], as: "game.pak", in: "farm"))
            let asked = Tally()
            let wrong = StoreKeys(id: "AKOLD", secret: "old")
            let renewing = try test.client(keys: { renews in
                if renews { asked.add() }
                return StoreTest.accessKeys(renews ? StoreTest.keys : wrong)
            })
            #expect(try await fetch(renewing, test).byteCount == 3)
            #expect(asked.count == 1)
            let hopeless = try test.client(keys: { _ in StoreTest.accessKeys(wrong) })
            let text = await error { try await fetch(hopeless, test, sha256: SHA256.hash(of: "x")) }
            #expect(text.contains("InvalidAccessKeyId"), "\(text)")
        }
    }

    @Test("what a store refuses is one line with its code, the request's number and what to do")
    func refusals() async throws {
        try await StoreTest.run({ $0.buckets["far"] = "ap-southeast-3" }) { test in
            let missing = await error { try await fetch(try test.client(), test, key: "none.apk") }
            #expect(missing.hasPrefix("fetch obs://farm/none.apk: "), "\(missing)")
            #expect(missing.contains("(HTTP 404, NoSuchKey, request "), "\(missing)")
            #expect(missing.hasSuffix("; check the object's name; names are told apart by case"), "\(missing)")
            let bucket = await error { try await fetch(try test.client(bucket: "none"), test) }
            #expect(bucket.contains("NoSuchBucket"), "\(bucket)")
            #expect(bucket.hasSuffix("; check the bucket's name and its region (cn-north-4)"), "\(bucket)")
            let far = await error { try await fetch(try test.client(bucket: "far"), test) }
            #expect(far.contains("the bucket far is in the region ap-southeast-3"), "\(far)")
            #expect(far.contains("name the bucket's own region"), "\(far)")
            let denied = await error {
                try await fetch(
                    try test.client(keys: { _ in
                        StoreTest.accessKeys(StoreKeys(id: StoreTest.keys.id, secret: "another"))
                    }), test)
            }
            #expect(denied.contains("(HTTP 403, SignatureDoesNotMatch, request "), "\(denied)")
            for line in [missing, bucket, far, denied] { #expect(!line.contains("\n")) }
        }
    }

    @Test("a store that is short of breath is asked again, and a checksum that does not fit is refused")
    func patience() async throws {
        try await StoreTest.run { test in
            #expect(await test.server.store(Array("content".utf8), as: "game.pak", in: "farm"))
            await test.server.misbehave { $0.slowDowns = 2 }
            let client = try test.client()
            #expect(try await fetch(client, test, sha256: SHA256.hash(of: "content")).byteCount == 7)
            let text = await error { try await fetch(try test.client(), test, sha256: SHA256.hash(of: "other")) }
            #expect(text.contains("its sha256 is \(SHA256.hash(of: "content"))"), "\(text)")
        }
    }
}
