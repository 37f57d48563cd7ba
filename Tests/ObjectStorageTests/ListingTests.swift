import Curl
import DroverTesting
import Lanes
import Signing
import Simulator
import Testing

@testable import ObjectStorage

@Suite struct `Lists, ranges and removals` {
    @Test(arguments: Dialect.allCases)
    func `a list of many pages holds each name once, in order`(_ dialect: Dialect) async throws {
        try await StoreTest.run({ $0.pageLimit = 7 }) { test in
            let client = try test.client(dialect)
            let names = (0..<40).map { "dir \($0 / 10)/obj&\($0)" }
            for name in names { _ = await test.server.store([1], as: name, in: "farm") }
            var listed: [String] = []
            for try await object in client.objects(prefix: "dir ") { listed.append(object.key) }
            #expect(listed == names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) })
            #expect(await test.server.record.requests["ListObjects"] == 6)
            var one: [String] = []
            for try await object in client.objects(prefix: "dir 2/") { one.append(object.key) }
            #expect(one.count == 10)
            let none = try await client.list(prefix: "zzz")
            #expect(none.objects.isEmpty && none.nextMarker == nil)
        }
    }

    @Test(arguments: Dialect.allCases)
    func `a delimiter takes names together, over pages too`(_ dialect: Dialect) async throws {
        try await StoreTest.run { test in
            let client = try test.client(dialect)
            for name in ["a/1", "a/2", "b", "c/1", "c/d/2", "e"] {
                _ = await test.server.store([1, 2, 3], as: name, in: "farm")
            }
            let all = try await client.list(delimiter: "/")
            #expect(all.objects.map(\.key) == ["b", "e"])
            #expect(all.objects.map(\.byteCount) == [3, 3])
            #expect(all.commonPrefixes == ["a/", "c/"])
            var found: [String] = []
            var marker: String?
            repeat {
                let page = try await client.list(delimiter: "/", marker: marker, limit: 1)
                found += page.objects.map(\.key) + page.commonPrefixes
                marker = page.nextMarker
            } while marker != nil
            #expect(found == ["a/", "b", "c/", "e"])
        }
    }

    @Test(arguments: Dialect.allCases)
    func `ranges come as they were asked for`(_ dialect: Dialect) async throws {
        try await StoreTest.run { test in
            let client = try test.client(dialect)
            let bytes = SeededNumbers.bytes(50_000)
            _ = await test.server.store(bytes, as: "a", in: "farm")
            for range in [Int64(0)..<1, 0..<50_000, 49_999..<50_000, 1000..<2000] {
                let kept = KeptBytes()
                let got = try await client.get("a", into: .pieces { kept.append($0) }, range: range)
                #expect(kept.bytes == Array(bytes[Int(range.lowerBound)..<Int(range.upperBound)]))
                #expect(got.byteCount == Int64(range.count))
                #expect(!got.isVerified)
            }
            await test.server.misbehave { $0.cutBodies = 2 }
            let kept = KeptBytes()
            _ = try await client.get("a", into: .pieces { kept.append($0) }, range: 100..<40_100)
            #expect(kept.bytes == Array(bytes[100..<40_100]))
            let beyond = await storageError {
                try await client.get("a", into: .pieces { _ in }, range: 50_000..<50_001)
            }
            #expect(beyond?.status == 416)
        }
    }

    @Test(arguments: Dialect.allCases)
    func `many are removed with few requests`(_ dialect: Dialect) async throws {
        try await StoreTest.run { test in
            let client = try test.client(dialect)
            let names = (0..<2500).map { "o/\($0)<&>" }
            for name in names { _ = await test.server.store([], as: name, in: "farm") }
            #expect(try await client.deleteMany(names).isEmpty)
            #expect(await test.server.keys(in: "farm").isEmpty)
            #expect(await test.server.record.requests["DeleteObjects"] == 3)
        }
    }

    @Test(arguments: Dialect.allCases)
    func `uploads that wait are listed page by page`(_ dialect: Dialect) async throws {
        try await StoreTest.run({ $0.pageLimit = 2 }) { test in
            let client = try test.client(dialect)
            for name in ["a", "a", "b", "c", "d"] {
                var call = StoreCall("begin", "POST", name)
                call.query = [.init("uploads", nil)]
                call.body = .bytes([])
                _ = try await client.ask(call)
            }
            let uploads = try await client.listUploads()
            #expect(uploads.map(\.key) == ["a", "a", "b", "c", "d"])
            #expect(Set(uploads.map(\.id)).count == 5)
            #expect(try await client.listUploads(prefix: "c").map(\.key) == ["c"])
            for upload in uploads {
                try await client.abortUpload(of: upload.key, upload.id)
                try await client.abortUpload(of: upload.key, upload.id)
            }
            #expect(await test.server.pendingUploadCount == 0)
        }
    }
}
