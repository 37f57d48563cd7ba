import Curl
import DroverTesting
import Lanes
import Simulator
import Testing

@testable import ObjectStorage

@Suite struct `Putting objects` {
    @Test(arguments: Dialect.allCases, [0, 1, 18, 100 << 10])
    func `small ones travel in one piece and come back equal`(_ dialect: Dialect, _ size: Int) async throws {
        try await StoreTest.run { test in
            let client = try test.client(dialect)
            let (path, bytes) = try test.file("file", size: size)
            for source in [ObjectSource.bytes(bytes), .file(path: path)] {
                let put = try await client.put(source, key: "dir/file")
                #expect(put.byteCount == Int64(size))
                #expect(put.uploadID == nil)
                #expect(try await test.bytes(of: "dir/file", client) == bytes)
            }
            let record = await test.server.record
            #expect(record.requests["PutObject"] == 2)
            #expect(record.requests["InitiateMultipartUpload"] == nil)
            #expect(record.refusals.isEmpty)
        }
    }

    @Test(arguments: Dialect.allCases, [102_401, 204_800, 1_000_003])
    func `large ones travel in parts and come back equal`(_ dialect: Dialect, _ size: Int) async throws {
        try await StoreTest.run { test in
            let client = try test.client(dialect)
            let (path, bytes) = try test.file("file", size: size)
            let meter = ProgressMeter(clock: SystemClock())
            let put = try await client.put(.file(path: path), key: "big", progress: meter)
            let parts = (size + 102_399) / 102_400
            #expect(put.etag.hasSuffix("-\(parts)"))
            #expect(put.uploadID?.isEmpty == false)
            #expect(try await test.bytes(of: "big", client) == bytes)
            #expect(meter.bytes >= UInt64(size))
            let record = await test.server.record
            #expect(record.requests["UploadPart"] == parts)
            #expect(record.completions == 1)
            #expect(await test.server.pendingUploadCount == 0)
        }
    }

    @Test(arguments: Dialect.allCases)
    func `names with blanks, signs and letters of any language`(_ dialect: Dialect) async throws {
        try await StoreTest.run { test in
            let client = try test.client(dialect)
            let names = ["dir a/手机~1+#.tar", "a+b c%20d", "ä&<>\"'?=;", "a//b", "./../x", "*(!)@:,$"]
            for name in names { _ = try await client.put(.bytes(Array(name.utf8)), key: name) }
            for name in names {
                #expect(try await test.bytes(of: name, client) == Array(name.utf8))
                #expect(try await client.head(name)?.byteCount == Int64(name.utf8.count))
            }
            var listed: [String] = []
            for try await object in client.objects() { listed.append(object.key) }
            #expect(listed == names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) })
            #expect(try await client.deleteMany(names).isEmpty)
            #expect(await test.server.keys(in: "farm").isEmpty)
        }
    }

    @Test(arguments: Dialect.allCases)
    func `the bucket may stand in the host's name`(_ dialect: Dialect) async throws {
        try await StoreTest.run({ $0.addressing = .virtualHost }) { test in
            let client = try test.client(dialect, host: "localhost")
            _ = try await client.put(.bytes([1, 2]), key: "a b", details: ObjectDetails(contentType: "text/plain"))
            #expect(try await client.list().objects.map(\.key) == ["a b"])
            let byPath = try test.client(dialect)
            let error = await storageError { try await byPath.head("a b") }
            #expect(error?.code == .forbidden)
        }
    }

    @Test func `notes, type and expiry come back`() async throws {
        let start = 1_767_323_045  // 2 January 2026
        try await StoreTest.run({ $0.seconds = { start } }) { test in
            let details = ObjectDetails(
                contentType: "application/vnd.android.package-archive", metadata: ["drover-name": "game 1.apk"],
                expiresAfterDays: 7)
            let policy = StoreTest.policy(seconds: { start })
            for (dialect, size) in [(Dialect.obs, 10), (.obs, 150_000), (.aws4, 10), (.aws4, 150_000)] {
                let client = try test.client(dialect, policy: policy)
                let (path, _) = try test.file("file", size: size)
                _ = try await client.put(.file(path: path), key: "staged", details: details)
                let object = try #require(try await client.head("staged"))
                #expect(object.contentType == "application/vnd.android.package-archive")
                #expect(object.note("drover-name") == "game 1.apk")
                #expect(object.expiryDay == "2026-01-09")
            }
        }
    }

    @Test func `a staged object goes by itself when its days are over`() async throws {
        let start = 1_767_323_045
        let days = Tally()
        try await StoreTest.run({ $0.seconds = { start + days.count * 86_400 } }) { test in
            let policy = StoreTest.policy(seconds: { start + days.count * 86_400 })
            let client = try test.client(policy: policy)
            _ = try await client.put(.bytes([1]), key: "staged", details: ObjectDetails(expiresAfterDays: 2))
            days.add()
            #expect(try await client.head("staged") != nil)
            days.add()
            #expect(try await client.head("staged") == nil)
        }
    }

    @Test func `what cannot be sent is refused before anything is`() async throws {
        try await StoreTest.run { test in
            let client = try test.client()
            let notes = ObjectDetails(metadata: ["Upper": "x"])
            let expiry = ObjectDetails(expiresAfterDays: 0)
            for attempt in [
                await storageError { try await client.put(.bytes([]), key: "") },
                await storageError { try await client.put(.bytes([]), key: String(repeating: "k", count: 1025)) },
                await storageError { try await client.put(.bytes([]), key: "a\nb") },
                await storageError { try await client.put(.bytes([]), key: "a", details: notes) },
                await storageError { try await client.put(.bytes([]), key: "a", details: expiry) },
            ] { #expect(attempt?.code == .invalidRequest) }
            let missing = await storageError {
                try await client.put(.file(path: "\(test.folder.path)/none"), key: "a")
            }
            #expect(missing?.code == .file)
            #expect(await test.server.record.requests.isEmpty)
        }
    }

    @Test(arguments: ["ab", "A-bucket", "a..b", "-ab", "ab-", "a_b", String(repeating: "a", count: 64)])
    func `a bucket's name is checked`(_ name: String) throws {
        let endpoint = try HTTPURL("https://obs.cn-north-4.myhuaweicloud.com")
        #expect(throws: ObjectStorageError.self) {
            try ObjectStore(bucket: name, region: "cn-north-4", endpoint: endpoint) { _ in StoreTest.accessKeys() }
        }
    }

    @Test func `parts grow so that there are at most ten thousand`() {
        let policy = StorePolicy()
        #expect(policy.partSize(ofFile: 1 << 30) == 16 << 20)
        #expect(policy.partSize(ofFile: 160_000 << 20) == 16 << 20)
        let large = policy.partSize(ofFile: 48 << 40)
        #expect(large % (1 << 20) == 0)
        #expect((48 << 40) / large < 10_000)
    }
}
