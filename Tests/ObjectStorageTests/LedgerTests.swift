import DroverTesting
import Lanes
import Simulator
import Testing

@testable import ObjectStorage

@Suite struct `Uploads that were interrupted` {
    /// Puts a file whose upload breaks off after some parts, as a killed process or a line that is cut leaves it.
    private func interrupt(_ test: StoreTest, _ path: String, _ ledger: UploadLedger, key: String = "big") async throws
    {
        let policy = StorePolicy(
            attempts: 1, partSize: 100 << 10, parallelParts: 1, singleLimit: 100 << 10, jitter: { 0 })
        let client = try test.client(policy: policy)
        await test.server.misbehave { $0.failingParts = 4 }
        let error = await storageError { try await client.put(.file(path: path), key: key, ledger: ledger) }
        #expect(error?.isPassing == true)
        #expect(await test.server.pendingUploadCount == 1)
        await test.server.misbehave { $0.failingParts = nil }
    }

    @Test(arguments: Dialect.allCases)
    func `the next upload of the same file sends only what is missing`(_ dialect: Dialect) async throws {
        try await StoreTest.run { test in
            let ledger = UploadLedger(folder: "\(test.folder.path)/uploads")
            let (path, bytes) = try test.file("file", size: 30 * 102_400 + 7)
            try await interrupt(test, path, ledger)
            let before = await test.server.record
            let client = try test.client(dialect)
            let put = try await client.put(.file(path: path), key: "big", ledger: ledger)
            #expect(put.resumedByteCount == 3 * 102_400)
            #expect(try await test.bytes(of: "big", client) == bytes)
            let after = await test.server.record
            #expect(after.requests["InitiateMultipartUpload"] == 1)
            // The parts that were missing, and the list of all that ends the upload.
            #expect((0..<8192).contains(after.bytesIn - before.bytesIn - (bytes.count - 3 * 102_400)))
            #expect(RepositoryFile.names(in: ledger.folder).isEmpty)
        }
    }

    @Test func `a file that changed since is sent anew, and the old parts go`() async throws {
        try await StoreTest.run { test in
            let ledger = UploadLedger(folder: "\(test.folder.path)/uploads")
            let (path, _) = try test.file("file", size: 30 * 102_400)
            try await interrupt(test, path, ledger)
            let (_, bytes) = try test.file("file", size: 29 * 102_400)
            let client = try test.client()
            let put = try await client.put(.file(path: path), key: "big", ledger: ledger)
            #expect(put.resumedByteCount == 0)
            #expect(try await test.bytes(of: "big", client) == bytes)
            #expect(await test.server.pendingUploadCount == 0)
        }
    }

    @Test func `a part that is not the file's any more is sent again`() async throws {
        try await StoreTest.run { test in
            let ledger = UploadLedger(folder: "\(test.folder.path)/uploads")
            let (path, bytes) = try test.file("file", size: 30 * 102_400)
            try await interrupt(test, path, ledger)
            // The same size, and the caller vouches for the same content; only the parts' own marks can tell.
            var other = bytes
            other[5] ^= 1
            try test.folder.write(other, to: "file")
            guard let entry = ledger.abandoned().first, let token = entry.token else {
                Issue.record("the ledger has no entry")
                return
            }
            #expect(token.partSize == 102_400)
            let start = try SourceFile(path, for: "test")
            try test.folder.write(
                token.text.replacing("modified \(token.modified)", with: "modified \(start.modified)")
                    + UploadToken.line(uploadID: token.uploadID ?? ""),
                to: "uploads/\(RepositoryFile.names(in: ledger.folder)[0])")
            withExtendedLifetime(entry) {}
            let client = try test.client()
            _ = try await client.put(.file(path: path), key: "big", ledger: UploadLedger(folder: ledger.folder))
            #expect(try await test.bytes(of: "big", client) == other)
        }
    }

    @Test func `what a killed process left is aborted at the next start, unless it is wanted`() async throws {
        try await StoreTest.run { test in
            let ledger = UploadLedger(folder: "\(test.folder.path)/uploads")
            let (path, _) = try test.file("file", size: 30 * 102_400)
            try await interrupt(test, path, ledger)
            let client = try test.client()
            #expect(try await client.listUploads().map(\.key) == ["big"])
            #expect(try await client.abortOrphans(in: ledger, sparing: ["big"]).isEmpty)
            #expect(await test.server.pendingUploadCount == 1)
            let elsewhere = try test.client(bucket: "other")
            #expect(try await elsewhere.abortOrphans(in: ledger).isEmpty)
            #expect(try await client.abortOrphans(in: ledger) == ["big"])
            #expect(await test.server.pendingUploadCount == 0)
            #expect(RepositoryFile.names(in: ledger.folder).isEmpty)
            #expect(try await client.abortOrphans(in: ledger).isEmpty)
        }
    }

    @Test func `an upload whose name never arrived is found by its object and its time, and not at once`() async throws
    {
        let clock = Tally()
        let start = StorePolicy.now()
        let now: @Sendable () -> Int = { start + clock.count * 1000 }
        try await StoreTest.run({ $0.seconds = now }) { test in
            let ledger = UploadLedger(folder: "\(test.folder.path)/uploads")
            let (path, _) = try test.file("file", size: 30 * 102_400)
            try await interrupt(test, path, ledger)
            let name = RepositoryFile.names(in: ledger.folder)[0]
            let text = RepositoryFile.text(at: "\(ledger.folder)/\(name)") ?? ""
            let lines = text.split(separator: "\n").filter { !$0.hasPrefix("upload ") }
            try test.folder.write(lines.joined(separator: "\n") + "\n", to: "uploads/\(name)")
            let client = try test.client(policy: StoreTest.policy(seconds: now))
            #expect(try await client.abortOrphans(in: ledger).isEmpty)
            #expect(await test.server.pendingUploadCount == 1)
            clock.add()
            #expect(try await client.abortOrphans(in: ledger) == ["big"])
            #expect(await test.server.pendingUploadCount == 0)
        }
    }

    @Test func `only what is old enough and lies where it should is aborted`() async throws {
        let clock = Tally()
        let start = StorePolicy.now()
        let now: @Sendable () -> Int = { start + clock.count * 90_000 }
        try await StoreTest.run({ $0.seconds = now }) { test in
            let ledger = UploadLedger(folder: "\(test.folder.path)/uploads")
            let (path, _) = try test.file("file", size: 30 * 102_400)
            try await interrupt(test, path, ledger, key: "drover/big")
            let client = try test.client(policy: StoreTest.policy(seconds: now))
            #expect(try await client.abortOrphans(in: ledger, olderThan: .seconds(86_400)).isEmpty)
            clock.add()
            #expect(try await client.abortOrphans(in: ledger, below: "other/", olderThan: .seconds(86_400)).isEmpty)
            #expect(await test.server.pendingUploadCount == 1)
            let ended = try await client.abortOrphans(in: ledger, below: "drover/", olderThan: .seconds(86_400))
            #expect(ended == ["drover/big"])
            #expect(await test.server.pendingUploadCount == 0)
        }
    }

    @Test func `an upload that ended unheard is not sent again`() async throws {
        try await StoreTest.run { test in
            let ledger = UploadLedger(folder: "\(test.folder.path)/uploads")
            let (path, bytes) = try test.file("file", size: 500_000)
            let client = try test.client(policy: StoreTest.policy(attempts: 1))
            // The object is made, and neither that nor the look at it is answered.
            await test.server.misbehave {
                $0.droppedCompletions = 1
                $0.failedHeads = 1
            }
            let first = await storageError { try await client.put(.file(path: path), key: "big", ledger: ledger) }
            #expect(first?.isPassing == true)
            let again = try await client.put(.file(path: path), key: "big", ledger: ledger)
            #expect(again.resumedByteCount == 500_000)
            #expect(await test.server.record.completions == 1)
            #expect(try await test.bytes(of: "big", client) == bytes)
            #expect(RepositoryFile.names(in: ledger.folder).isEmpty)
        }
    }

    @Test func `an upload that is refused leaves no note`() async throws {
        try await StoreTest.run { test in
            let ledger = UploadLedger(folder: "\(test.folder.path)/uploads")
            let (path, _) = try test.file("file", size: 500_000)
            let nowhere = try test.client(bucket: "nowhere")
            let error = await storageError {
                try await nowhere.put(.file(path: path), key: "big", ledger: ledger)
            }
            #expect(error?.serviceCode == "NoSuchBucket")
            #expect(RepositoryFile.names(in: ledger.folder).isEmpty)
        }
    }

    @Test(arguments: [
        "", "drover-upload 1\n", "drover-upload 2\nhost a\n", "rubbish", "drover-upload 1\nhost a\nbucket b\nkey zz\n",
    ])
    func `an entry that says nothing is thrown away`(_ text: String) async throws {
        try await StoreTest.run { test in
            let ledger = UploadLedger(folder: "\(test.folder.path)/uploads")
            try test.folder.write(text, to: "uploads/x.upload")
            #expect(try await test.client().abortOrphans(in: ledger).isEmpty)
            #expect(RepositoryFile.names(in: ledger.folder).isEmpty)
        }
    }
}
