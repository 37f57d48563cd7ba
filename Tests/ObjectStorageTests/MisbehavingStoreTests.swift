import DroverTesting
import Lanes
import Simulator
import Testing

@testable import ObjectStorage

@Suite struct `Stores that misbehave` {
    @Test func `a storm of SlowDown is sat out, by every part`() async throws {
        try await StoreTest.run { test in
            await test.server.misbehave { $0.slowDowns = 12 }
            let (path, bytes) = try test.file("file", size: 900_000)
            let client = try test.client(policy: StoreTest.policy(attempts: 13))
            _ = try await client.put(.file(path: path), key: "big")
            #expect(try await test.bytes(of: "big", client) == bytes)
            #expect(await test.server.record.refusals == ["SlowDown": 12])
        }
    }

    @Test func `patience ends, and the last answer is told`() async throws {
        try await StoreTest.run { test in
            await test.server.misbehave { $0.slowDowns = 100 }
            let client = try test.client(policy: StoreTest.policy(attempts: 3))
            let error = await storageError { try await client.put(.bytes([1]), key: "a") }
            #expect(error?.code == .noAnswer)
            #expect(error?.serviceCode == "SlowDown")
            #expect(error?.isPassing == true)
            #expect(await test.server.record.refusals == ["SlowDown": 3])
        }
    }

    enum Ending: CaseIterable { case dropped, failed, late }

    @Test(arguments: Dialect.allCases, Ending.allCases)
    func `an end whose answer is lost is looked for before it is repeated`(
        _ dialect: Dialect, _ ending: Ending
    ) async throws {
        try await StoreTest.run { test in
            await test.server.misbehave { faults in
                switch ending {
                case .dropped: faults.droppedCompletions = 1
                case .failed: faults.failedCompletions = 1
                case .late: faults.lateFailures = 1
                }
            }
            let (path, bytes) = try test.file("file", size: 300_000)
            let client = try test.client(dialect)
            let put = try await client.put(.file(path: path), key: "big")
            #expect(put.etag.hasSuffix("-3"))
            #expect(try await test.bytes(of: "big", client) == bytes)
            let record = await test.server.record
            #expect(record.completions == 1)
            #expect(record.requests["CompleteMultipartUpload"] == (ending == .late ? 2 : 1))
            #expect(record.requests["AbortMultipartUpload"] == nil)
        }
    }

    @Test func `a store that has something else is not believed, and its parts are thrown away`() async throws {
        try await StoreTest.run { test in
            let client = try test.client()
            await test.server.misbehave { $0.wrongMarks = 1 }
            let small = await storageError { try await client.put(.bytes([1, 2, 3]), key: "small") }
            #expect(small?.code == .wrongContent)
            await test.server.misbehave { $0.wrongMarks = 100 }
            let (path, _) = try test.file("file", size: 500_000)
            let large = await storageError { try await client.put(.file(path: path), key: "big") }
            #expect(large?.code == .wrongContent)
            #expect(await test.server.pendingUploadCount == 0)
            #expect(await test.server.record.requests["AbortMultipartUpload"] == 1)
        }
    }

    @Test func `a cancelled upload is aborted before the call returns`() async throws {
        try await StoreTest.run { test in
            let (path, _) = try test.file("file", size: 3_000_000)
            let client = try test.client()
            await test.server.misbehave { $0.stallingParts = 3 }
            let upload = Task { try await client.put(.file(path: path), key: "big") }
            while await test.server.record.bytesIn < 4 * 102_400 { await Task.yield() }
            upload.cancel()
            let outcome = await upload.result
            #expect(throws: CancellationError.self) { try outcome.get() }
            #expect(await test.server.pendingUploadCount == 0)
        }
    }

    @Test func `a body that is cut goes on where it stopped`() async throws {
        try await StoreTest.run { test in
            let (path, bytes) = try test.file("file", size: 700_000)
            let client = try test.client()
            _ = try await client.put(.file(path: path), key: "big")
            await test.server.misbehave { $0.cutBodies = 3 }
            let copy = "\(test.folder.path)/copy"
            let got = try await client.get("big", into: .file(path: copy))
            #expect(got.byteCount == 700_000)
            #expect(RepositoryFile.bytes(at: copy) == bytes)
            let record = await test.server.record
            #expect(record.requests["GetObject"] == 4)
            #expect(record.bytesOut == 700_000)
        }
    }

    @Test func `content that was changed on the way is noticed, and no file is left`() async throws {
        try await StoreTest.run { test in
            let client = try test.client()
            _ = try await client.put(.bytes([1, 2, 3, 4]), key: "small")
            await test.server.misbehave { $0.spoiltBodies = 1 }
            let error = await storageError {
                try await client.get("small", into: .file(path: "\(test.folder.path)/copy"))
            }
            #expect(error?.code == .wrongContent)
            #expect(!RepositoryFile.names(in: test.folder.path).contains { $0.hasPrefix("copy") })
        }
    }

    @Test func `an object that changes between two answers is not joined`() async throws {
        try await ScriptedHTTPServer.serving { exchange, line in
            if exchange.number == 0 {
                line.answer(200, [("ETag", "\"one\""), ("Content-Length", "10")], "12345")
                line.hangUp()
            } else {
                line.answer(
                    exchange.fields["if-match"] == "\"one\"" && exchange.fields["range"] == "bytes=5-" ? 412 : 200, "")
            }
        } _: { server in
            let client = try StoreTest.client(of: server)
            let kept = KeptBytes()
            let error = await storageError { try await client.get("a", into: .pieces { kept.append($0) }) }
            #expect(error?.code == .changed)
            #expect(kept.bytes == Array("12345".utf8))
        }
    }

    @Test func `a store that encrypts by keys of its own checks each part itself, and is told its own marks`()
        async throws
    {
        let folder = try ScratchFolder()
        let path = try folder.write(SeededNumbers.bytes(300_000), to: "file")
        try await ScriptedHTTPServer.serving { exchange, line in
            let number = exchange.target.split(separator: "=").dropFirst().first?.prefix { $0 != "&" } ?? ""
            switch exchange.method {
            case "POST" where exchange.target.hasSuffix("uploads"):
                line.answer(
                    200, "<InitiateMultipartUploadResult><UploadId>u</UploadId></InitiateMultipartUploadResult>")
            case "PUT":
                line.answer(200, [("ETag", "\"opaque-\(number)\""), ("x-obs-server-side-encryption", "kms")], "")
            default:
                let answer = "<CompleteMultipartUploadResult><ETag>\"w\"</ETag></CompleteMultipartUploadResult>"
                line.answer(200, [("x-obs-server-side-encryption", "kms")], answer)
            }
        } _: { server in
            let put = try await StoreTest.client(of: server).put(.file(path: path), key: "big")
            #expect(put.etag == "w")
            let requests = await server.requests()
            let checked = requests.filter { $0.method == "PUT" && $0.fields["content-md5"] != nil }.map(\.target)
            #expect(Set(checked).count == 3)
            let end = String(decoding: requests.last?.body ?? [], as: UTF8.self)
            for number in 1...3 { #expect(end.contains("<ETag>\"opaque-\(number)\"</ETag>")) }
        }
    }
}
